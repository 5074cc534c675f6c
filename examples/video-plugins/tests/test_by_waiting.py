"""The plugin answers within the SLA, seen by waiting for the event that fits."""

import json

from plugin_test_case import SLA_SECONDS, PluginTestCase


class TestByWaiting(PluginTestCase):
    def test_plugin_answers_within_sla(self):
        def is_answer(event):
            self.assert_is_answer(json.loads(event))

        self.start_workflow()
        self.assertTrue(
            self.iatk.wait_until_event_matched(
                listener_id=self.listener_id,
                assertion_fn=is_answer,
                timeout_seconds=SLA_SECONDS,
            )
        )
