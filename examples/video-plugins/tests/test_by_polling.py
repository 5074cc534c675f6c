"""The plugin answers within the SLA, seen by one poll."""

import json

from plugin_test_case import SLA_SECONDS, PluginTestCase


class TestByPolling(PluginTestCase):
    def test_plugin_answers_within_sla(self):
        self.start_workflow()
        events = self.iatk.poll_events(
            listener_id=self.listener_id,
            wait_time_seconds=SLA_SECONDS,
            max_number_of_messages=1,
        ).events
        self.assertEqual(len(events), 1)
        self.assert_is_answer(json.loads(events[0]))
