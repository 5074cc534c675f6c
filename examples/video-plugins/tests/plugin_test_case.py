"""What the tests of the plugin share: the deployed resources, and a listener for its answers."""

import json
import os
import unittest
import uuid

import boto3

import aws_iatk

REGION = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
STACK = os.environ.get("PLUGIN_TESTER_STACK", "video-plugin-tester")
SLA_SECONDS = 20


class PluginTestCase(unittest.TestCase):
    """Looks the stack's outputs up and listens to what matches its rule, for each test anew."""

    def setUp(self):
        self.iatk = aws_iatk.AwsIatk(region=REGION)
        self.outputs = self.iatk.get_stack_outputs(
            stack_name=STACK,
            output_names=[
                "PluginLifecycleWorkflow",
                "PluginSuccessEventRuleName",
                "PluginSchemaRegistryName",
                "PluginTriggerSchemaName",
            ],
        ).outputs
        listener = self.iatk.add_listener(
            event_bus_name="default",
            rule_name=self.outputs["PluginSuccessEventRuleName"],
        )
        self.listener_id = listener.id
        self.stepfunctions = boto3.client("stepfunctions", region_name=REGION)
        self.events = boto3.client("events", region_name=REGION)

    def tearDown(self):
        self.iatk.remove_listeners(ids=[self.listener_id])

    def start_workflow(self, **arguments):
        """Starts the workflow for this plugin's hook; returns the execution's ARN."""
        return self.stepfunctions.start_execution(
            stateMachineArn=self.outputs["PluginLifecycleWorkflow"],
            name=f"test-{uuid.uuid4()}",
            input=json.dumps({"eventHook": "postValidate", "pluginTitle": "PythonMinimalPlugin"}),
            **arguments,
        )["executionArn"]

    def assert_is_answer(self, event):
        """The event is what the plugin says of a video it found valid."""
        self.assertEqual(event["source"], "video.plugin.PythonMinimalPlugin")
        self.assertEqual(event["detail-type"], "plugin-complete")
        self.assertIn("TaskToken", event["detail"])
        self.assertIs(event["detail"]["Message"]["valid"], True)
