"""Cards: what a member, the ensemble or a data set is, is good for, and is not, with figures from what was measured."""
