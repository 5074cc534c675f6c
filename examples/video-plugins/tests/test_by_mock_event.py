"""The plugin answers a trigger event made from the schema that the platform published."""

import json

from plugin_test_case import SLA_SECONDS, PluginTestCase


class TestByMockEvent(PluginTestCase):
    def test_plugin_answers_a_mock_trigger_event(self):
        def sample_video(event):
            event["detail"]["TaskToken"] = "no workflow waits for this token"
            event["detail"]["video"].update(id="video-7", title="A mock video", durationSeconds=7)
            return event

        trigger = self.iatk.generate_mock_event(
            registry_name=self.outputs["PluginSchemaRegistryName"],
            schema_name=self.outputs["PluginTriggerSchemaName"],
            contexts=[sample_video],
        ).event
        self.assertEqual(trigger["source"], "video.pluginManager")
        self.assertEqual(trigger["detail-type"], "postValidate.PythonMinimalPlugin")

        answer = self.events.put_events(
            Entries=[
                {
                    "EventBusName": "default",
                    "Source": trigger["source"],
                    "DetailType": trigger["detail-type"],
                    "Detail": json.dumps(trigger["detail"]),
                }
            ]
        )
        self.assertEqual(answer["FailedEntryCount"], 0)

        events = self.iatk.poll_events(
            listener_id=self.listener_id,
            wait_time_seconds=SLA_SECONDS,
            max_number_of_messages=1,
        ).events
        self.assertEqual(len(events), 1)
        self.assert_is_answer(json.loads(events[0]))
        self.assertIn("A mock video", events[0])
