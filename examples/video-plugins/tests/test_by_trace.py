"""The way of one call through the platform, seen by its trace."""

import os
import time

from plugin_test_case import PluginTestCase


def new_trace_header():
    """A sampled X-Ray header with a fresh trace id."""
    return f"Root=1-{int(time.time()):08x}-{os.urandom(12).hex()};Sampled=1"


class TestByTrace(PluginTestCase):
    def test_the_call_goes_through_workflow_bus_and_functions(self):
        header = new_trace_header()
        self.start_workflow(traceHeader=header)

        def is_complete(output):
            tree = output.trace_tree
            self.assertEqual(
                [[(segment.origin, segment.name) for segment in path] for path in tree.paths],
                [self.expected_path()],
            )
            for segment in tree.paths[0]:
                self.assertIsNone(segment.error, segment.name)
                self.assertIsNone(segment.fault, segment.name)

        self.assertTrue(
            self.iatk.retry_get_trace_tree_until(
                tracing_header=header, assertion_fn=is_complete, timeout_seconds=30
            )
        )
        tree = self.iatk.get_trace_tree(tracing_header=header).trace_tree
        self.assertEqual(len(tree.paths), 1)
        self.assertEqual(len(tree.paths[0]), 6)

    def expected_path(self):
        """Six segments; the functions' names are the ones that their stacks gave them."""
        workflow = self.outputs["PluginLifecycleWorkflow"].rsplit(":", 1)[-1]
        plugin = self.iatk.get_physical_id_from_stack(
            stack_name=os.environ.get("PYTHON_MINIMAL_PLUGIN_STACK", "python-minimal-plugin"),
            logical_resource_id="MinimalPluginFunction",
        ).physical_id
        success = self.iatk.get_physical_id_from_stack(
            stack_name=os.environ.get("PLUGIN_TESTER_STACK", "video-plugin-tester"),
            logical_resource_id="PluginTaskSuccessFunction",
        ).physical_id
        return [
            ("AWS::StepFunctions::StateMachine", workflow),
            ("AWS::Events", "Events"),
            ("AWS::Lambda", plugin),
            ("AWS::Lambda::Function", plugin),
            ("AWS::Lambda", success),
            ("AWS::Lambda::Function", success),
        ]
