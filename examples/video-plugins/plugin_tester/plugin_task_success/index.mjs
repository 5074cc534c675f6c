import { SFNClient, SendTaskSuccessCommand } from "@aws-sdk/client-sfn";

const stepFunctions = new SFNClient({});

// Hands the answer of a plugin to the workflow that waits for it.
export const handler = async (event) => {
  const { TaskToken: taskToken, Message: message } = event.detail;
  await stepFunctions.send(
    new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(message) }),
  );
  return { delivered: true };
};
