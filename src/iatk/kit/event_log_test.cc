#include "iatk/kit/event_log.h"

#include <gtest/gtest.h>

namespace iatk::kit {
namespace {

IncomingMessage Message(std::string message_id, std::string event_id = "",
                        std::string body = "{}") {
  IncomingMessage message;
  message.receipt_handle = "receipt of " + message_id;
  message.event.message_id = std::move(message_id);
  message.event.event_id = std::move(event_id);
  message.event.body = std::move(body);
  return message;
}

TEST(EventLogTest, NumbersEventsInTheOrderTheyCame) {
  EventLog log;
  log.Add(Message("a"));
  log.Add(Message("b"));
  const auto events = log.Read(1, 10);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].message_id, "b");
  EXPECT_EQ(events[0].number, 1U);
  EXPECT_EQ(log.end(), 2U);
}

TEST(EventLogTest, FindsAnEventByItsId) {
  EventLog log;
  log.Add(Message("a"));
  log.Add(Message("b", "id-1"));
  log.Add(Message("c", "id-1"));
  EXPECT_EQ(log.Find("id-1"), 1U);
  EXPECT_EQ(log.Find("id-2"), std::nullopt);
}

TEST(EventLogTest, EventsCanBeReadAgainAfterTheyWereHandedOver) {
  EventLog log;
  log.Add(Message("a"));
  log.HandOver(1);
  EXPECT_EQ(log.Read(0, 10).size(), 1U);
}

TEST(EventLogTest, ReceiptsAreGivenOutOnlyAfterTheHandOver) {
  EventLog log;
  log.Add(Message("a"));
  log.Add(Message("b"));
  EXPECT_TRUE(log.TakeReceipts(10).empty());
  log.HandOver(1);
  EXPECT_EQ(log.TakeReceipts(10), std::vector<std::string>{"receipt of a"});
  EXPECT_TRUE(log.TakeReceipts(10).empty());
}

TEST(EventLogTest, AMessageThatComesAgainIsNotTwoEventsAndItsNewestReceiptCounts) {
  EventLog log;
  log.Add(Message("a"));
  IncomingMessage again = Message("a");
  again.receipt_handle = "newer receipt";
  EXPECT_FALSE(log.Add(again));
  EXPECT_EQ(log.end(), 1U);
  log.HandOver(1);
  EXPECT_EQ(log.TakeReceipts(10), std::vector<std::string>{"newer receipt"});
}

TEST(EventLogTest, AMessageThatComesAgainAfterTheHandOverIsDeletedAgain) {
  EventLog log;
  log.Add(Message("a"));
  log.HandOver(1);
  log.TakeReceipts(10);
  log.Add(Message("a"));
  EXPECT_EQ(log.end(), 1U);
  EXPECT_EQ(log.TakeReceipts(10).size(), 1U);
}

TEST(EventLogTest, AnEventThatTheBusDeliversTwiceIsToldApartByItsId) {
  EventLog log;
  log.Add(Message("a", "event-1"));
  log.Add(Message("b", "event-1"));
  log.Add(Message("c", "event-2"));
  const auto events = log.Read(0, 10);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_FALSE(events[0].duplicate);
  EXPECT_TRUE(events[1].duplicate);
  EXPECT_FALSE(events[2].duplicate);
  EXPECT_EQ(log.duplicates(), 1U);
}

TEST(EventLogTest, ForgetsOnlyWhatWasHandedOver) {
  EventLog log;
  for (std::size_t i = 0; i < EventLog::kMaxEvents; ++i) log.Add(Message(std::to_string(i)));
  EXPECT_TRUE(log.full());
  EXPECT_EQ(log.first(), 0U);
  log.HandOver(5);
  EXPECT_EQ(log.first(), 1U);
  EXPECT_FALSE(log.full());
}

}  // namespace
}  // namespace iatk::kit
