import numpy as np

from genrekit.sessions import open_session
from tests.making import linear_member


def test_a_session_runs_the_graph_on_the_cpu_and_nowhere_else():
    session = open_session(linear_member(57, 3))
    assert session.get_providers() == ["CPUExecutionProvider"]
    (log_proba,) = session.run(None, {"features": np.zeros((2, 57), np.float32)})
    assert np.allclose(log_proba, np.log(1 / 3))


def test_one_thread_so_that_sums_keep_their_order():
    options = open_session(linear_member(57, 3)).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
