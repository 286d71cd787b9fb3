#!/usr/bin/env bash
# Builds the extension with the address and undefined-behaviour sanitizers and runs the tests of kernels and medians
# on it, beside the sources: nothing in the checkout or the environment changes. The sixteen-lane kernel is emulated
# where the processor lacks AVX-512, so that all three are tested on any x86-64 with AVX2.
#
#   tests/sanitize.sh [python]      needs gcc; the interpreter must have clipfeat's test requirements
set -euo pipefail

python=$(realpath -s "$(command -v "${1:-python3}")")
cd "$(dirname "$0")/.."
if ! command -v gcc > /dev/null; then
    echo "sanitize: skipped, there is no gcc"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r src/clipfeat tests "$work"
rm -f "$work"/clipfeat/kernels/_speedups*.so
include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
kernels=src/clipfeat/kernels
emulate=()
if ! grep -qs avx512vl /proc/cpuinfo; then emulate=(-DCLIPFEAT_EMULATE_AVX512); fi
# Recovery is off, so that any finding fails.
compile() {
    gcc -c -fPIC -g1 -O1 -std=gnu11 -fno-math-errno -fno-trapping-math -ffp-contract=fast -Wall -Wextra -Werror \
        -Wno-psabi -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer "${emulate[@]}" \
        -DPy_LIMITED_API=0x030b0000 -I"$include" -o "$work/$(basename "$1" .c).o" "$1"
}
jobs=()
for source in "$kernels"/_speedups.c "$kernels"/native/*.c; do
    compile "$source" &
    jobs+=($!)
done
for job in "${jobs[@]}"; do wait "$job"; done
gcc -shared -fsanitize=address,undefined -o "$work/clipfeat/kernels/_speedups.abi3.so" "$work"/*.o -lm

cat > "$work/pytest.ini" << 'EOF'
[pytest]
pythonpath = . tests
addopts = --import-mode=importlib --hypothesis-profile=ci
filterwarnings = error
EOF

# The interpreter itself frees little at its end, so leaks are left to test_speedups.py; an allocator of its own would
# hide overruns, so it is told to use malloc.
cd "$work"
LD_PRELOAD="$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)" \
    ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 PYTHONMALLOC=malloc \
    PYTHONPATH="$work" OMP_NUM_THREADS=1 CLIPFEAT_EXAMPLES=5 HYPOTHESIS_STORAGE_DIRECTORY="$work/hypothesis" \
    "$python" - << 'EOF'
import sys

import pytest

import clipfeat
from clipfeat import kernels

print("sanitize:", clipfeat.__file__, *kernels.available_kernels())
assert "plain" != kernels.available_kernels()[0], "the sanitized extension was not loaded"
# The malloc of the sanitizer counts for itself, and processes started by tests would inherit it.
left_out = "not keeps_memory and not keeps_objects and not process and not loaded_again and not missing and not broken and not pure"
sys.exit(pytest.main(["-q", "tests/kernels", "tests/test_medians.py", "-k", left_out]))
EOF
echo "sanitize: nothing found"
