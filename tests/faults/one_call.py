"""A process to be killed: for each line of its input, a copy of it does one thing with the kit.

Prints the copy's process id, and then, once it has ended, how: 0, or the signal's number below zero.
"""

import os
import sys

import aws_iatk


def run(region, name, *arguments):
    kit = aws_iatk.AwsIatk(region=region)
    if name == "add":
        kit.add_listener("default", "orders")
    elif name == "listen":
        kit.listen(pattern={"source": ["shop"]})
    else:
        kit.remove_listeners(list(arguments))


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            run(*line.split())
            status = 0
        finally:
            os._exit(status)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
