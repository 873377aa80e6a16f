"""What things cost, beside what they may cost.

`python -m tests.bench` measures everything and prints a table for the README; in the test command each measurement runs
in a short form.  Numbers of statements are asserted.  Times are not: a machine has its own pace and its own company, so
they stand beside something measured in the same run, and beside the load they were taken under.
"""
