"""What tests say about CloudFormation's stacks."""

import time


def settle(cloudformation, name):
    """The description of a stack once nothing is in progress."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        if not described["StackStatus"].endswith("_IN_PROGRESS"):
            return described
    raise AssertionError(f"{name} does not settle: {described['StackStatus']}")


def outputs(described):
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def reasons(cloudformation, name):
    """Why resources of the stack are as they are, newest first."""
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return [event.get("ResourceStatusReason", "") for event in events]


def statuses(cloudformation, name):
    """(logical id, status) of the stack's events, oldest first."""
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(events)]


def as_parameters(**values):
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]
