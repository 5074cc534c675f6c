import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";

const stepFunctions = new SFNClient({});

// Nothing waits for such a token, and no retry changes that.
const NOBODY_WAITS = ["InvalidToken", "TaskDoesNotExist", "TaskTimedOut"];

// Hands the answer of a plugin to the workflow that waits for it.
export const handler = async (event) => {
  const { TaskToken: taskToken, Message: message } = event.detail;
  try {
    await stepFunctions.send(
      new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(message) }),
    );
  } catch (error) {
    if (!NOBODY_WAITS.includes(error.name)) throw error;
    console.warn(`no workflow waits for the answer of ${event.source}: ${error.name}`);
    return { delivered: false };
  }
  return { delivered: true };
};
