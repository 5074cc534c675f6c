// The way of an event with the AWS SDK for JavaScript v3; prints what it saw as JSON.
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

const [zip] = process.argv.slice(2);
const seen = {};

const sqs = new SQSClient({});
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "js" }));
const { Attributes } = await sqs.send(
  new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
);
const Policy = JSON.stringify({
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: Attributes.QueueArn,
    },
  ],
});
await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));

const events = new EventBridgeClient({});
await events.send(new PutRuleCommand({ Name: "js", EventPattern: '{"source":["js"]}' }));
await events.send(
  new PutTargetsCommand({ Rule: "js", Targets: [{ Id: "q", Arn: Attributes.QueueArn }] }),
);
await events.send(
  new PutEventsCommand({ Entries: [{ Source: "js", DetailType: "d", Detail: '{"n":1}' }] }),
);
const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
seen.detail = JSON.parse(Messages[0].Body).detail;

const s3 = new S3Client({});
const Bucket = `js-${process.env.AWS_ACCESS_KEY_ID}`;
await s3.send(new CreateBucketCommand({ Bucket }));
await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "from js" }));
seen.object = await (await s3.send(new GetObjectCommand({ Bucket, Key: "k" }))).Body.transformToString();

const lambda = new LambdaClient({});
await lambda.send(
  new CreateFunctionCommand({
    FunctionName: "js",
    Runtime: "nodejs18.x",
    Handler: "index.handler",
    Role: `arn:aws:iam::${process.env.AWS_ACCESS_KEY_ID}:role/r`,
    Code: { ZipFile: Buffer.from(zip, "base64") },
  }),
);
const reply = await lambda.send(new InvokeCommand({ FunctionName: "js", Payload: '{"a":2}' }));
seen.doubled = JSON.parse(Buffer.from(reply.Payload).toString());

const sfn = new SFNClient({});
const { stateMachineArn } = await sfn.send(
  new CreateStateMachineCommand({
    name: "js",
    roleArn: `arn:aws:iam::${process.env.AWS_ACCESS_KEY_ID}:role/r`,
    definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", Result: 3, End: true } } }),
  }),
);
const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
let execution;
do {
  execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
} while (execution.status === "RUNNING");
seen.output = JSON.parse(execution.output);

try {
  await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: "nope" }));
} catch (error) {
  seen.error = { name: error.name, message: error.message, status: error.$metadata.httpStatusCode };
}
console.log(JSON.stringify(seen));
