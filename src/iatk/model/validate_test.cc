#include "iatk/model/validate.h"

#include <gtest/gtest.h>

#include "iatk/model/all.h"
#include "iatk/model/events/operations.h"
#include "iatk/model/sqs/operations.h"

namespace iatk::model {
namespace {

TEST(Validate, NamesAllThatIsWrongInOneMessage) {
  events::PutRuleRequest request;
  request.state = "ON";
  const auto done = Validate(events::op::PutRule::Table(), &request);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, "ValidationException");
  EXPECT_EQ(
      done.error().message,
      "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member "
      "must not be null; Value 'ON' at 'state' failed to satisfy constraint: Member must "
      "satisfy enum value set: [ENABLED, DISABLED, "
      "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]");
}

TEST(Validate, ChecksLengthsPatternsAndElements) {
  events::PutRuleRequest request;
  request.name = "a b";
  request.tags.emplace().emplace_back().key = "k";
  const auto done = Validate(events::op::PutRule::Table(), &request);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(
      done.error().message,
      "2 validation errors detected: Value 'a b' at 'name' failed to satisfy constraint: Member "
      "must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; Value null at "
      "'tags.1.member.value' failed to satisfy constraint: Member must not be null");
}

TEST(Validate, SqsNamesTheMissingParameter) {
  const auto done =
      Validate(sqs::op::SendMessage::Table(), std::make_unique<sqs::SendMessageRequest>().get());
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, "MissingParameter");
  EXPECT_EQ(done.error().message, "The request must contain the parameter QueueUrl.");
}

TEST(Tables, OperationsAreFoundByName) {
  for (const Service* service : AllServices()) {
    for (const Operation& operation : service->operations) {
      EXPECT_EQ(FindOperation(*service, operation.name), &operation);
      EXPECT_EQ(operation.service, service);
    }
    EXPECT_EQ(FindOperation(*service, "Nothing"), nullptr);
  }
  EXPECT_FALSE(FindOperation(events::kService, "CreateEndpoint")->modelled);
}

}  // namespace
}  // namespace iatk::model
