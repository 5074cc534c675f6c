#include "iatk/net/event_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace iatk::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

const Time kStart = Time(seconds(1'700'000'000));

EventLoop::Options ManualOptions() {
  EventLoop::Options options;
  options.manual_clock_start = kStart;
  return options;
}

class ManualLoop : public testing::Test {
 protected:
  EventLoop loop_{ManualOptions()};
  std::vector<std::string> log_;

  void Log(const std::string& what) {
    log_.push_back(what + "@" + std::to_string((loop_.clock().Now() - kStart) / milliseconds(1)));
  }
};

TEST_F(ManualLoop, SpawnRunsOnlyWhenTheLoopDoes) {
  loop_.Spawn([&] {
    loop_.Spawn([&] { Log("inner"); });
    Log("outer");
  });
  EXPECT_TRUE(log_.empty());
  loop_.RunUntilIdle();
  EXPECT_THAT(log_, ElementsAre("outer@0", "inner@0"));
}

TEST_F(ManualLoop, TimersComeInOrderOfTimeThenOfArrival) {
  loop_.At(kStart + seconds(2), [&] { Log("c"); });
  loop_.At(kStart + seconds(1), [&] { Log("a"); });
  loop_.At(kStart + seconds(1), [&] { Log("b"); });
  loop_.AdvanceBy(milliseconds(999));
  EXPECT_TRUE(log_.empty());
  loop_.AdvanceBy(seconds(10));
  EXPECT_THAT(log_, ElementsAre("a@1000", "b@1000", "c@2000"));
  EXPECT_EQ(loop_.clock().Now(), kStart + milliseconds(10'999));
}

TEST_F(ManualLoop, AdvancingRunsTheFibersOfEachMomentBeforeTheNext) {
  for (const char* name : {"x", "y"}) {
    loop_.Spawn([this, name] {
      for (int i = 0; i < 2; ++i) {
        loop_.SleepFor(seconds(name[0] == 'x' ? 2 : 3));
        Log(name);
      }
    });
  }
  loop_.At(kStart + seconds(4), [&] {
    loop_.Spawn([&] { Log("spawned"); });
    loop_.At(loop_.clock().Now() + seconds(1), [&] { Log("chained"); });
  });
  loop_.AdvanceBy(seconds(7));
  EXPECT_THAT(log_,
              ElementsAre("x@2000", "y@3000", "spawned@4000", "x@4000", "chained@5000", "y@6000"));
}

TEST_F(ManualLoop, WhatIsOverdueRunsWithoutAdvancing) {
  loop_.At(kStart - seconds(1), [&] { Log("overdue"); });
  loop_.At(kStart + seconds(1), [&] { Log("later"); });
  loop_.RunUntilIdle();
  EXPECT_THAT(log_, ElementsAre("overdue@0"));
}

TEST_F(ManualLoop, YieldLetsOthersRunFirst) {
  loop_.Spawn([&] {
    Log("a1");
    loop_.Yield();
    Log("a2");
  });
  loop_.Spawn([&] { Log("b"); });
  loop_.RunUntilIdle();
  EXPECT_THAT(log_, ElementsAre("a1@0", "b@0", "a2@0"));
}

TEST_F(ManualLoop, SignalWakesAllThatWaitNow) {
  Signal signal(loop_);
  for (const char* name : {"a", "b"}) {
    loop_.Spawn([&, name] {
      signal.Wait();
      Log(name);
      signal.Wait();
      Log(std::string(name) + " again");
    });
  }
  loop_.RunUntilIdle();
  EXPECT_TRUE(log_.empty());
  signal.NotifyAll();
  EXPECT_TRUE(log_.empty());
  loop_.RunUntilIdle();
  EXPECT_THAT(log_, ElementsAre("a@0", "b@0"));
}

TEST_F(ManualLoop, SignalWaitEndsAtItsDeadline) {
  Signal signal(loop_);
  loop_.Spawn([&] {
    Log(signal.WaitUntil(kStart + seconds(5)) ? "notified" : "deadline");
    Log(signal.WaitUntil(kStart + seconds(9)) ? "notified" : "deadline");
    Log(signal.WaitUntil(kStart + seconds(9)) ? "notified" : "past");
  });
  loop_.At(kStart + seconds(3), [&] { signal.NotifyAll(); });
  loop_.AdvanceBy(seconds(20));
  EXPECT_THAT(log_, ElementsAre("notified@3000", "deadline@9000", "past@9000"));
}

TEST_F(ManualLoop, NotificationInTheMomentOfTheDeadlineCounts) {
  Signal signal(loop_);
  loop_.At(kStart + seconds(5), [&] { signal.NotifyAll(); });
  loop_.Spawn([&] { Log(signal.WaitUntil(kStart + seconds(5)) ? "notified" : "deadline"); });
  loop_.AdvanceBy(seconds(20));
  EXPECT_THAT(log_, ElementsAre("notified@5000"));
}

TEST_F(ManualLoop, OffloadRunsElsewhereAndIsWaitedFor) {
  const auto here = std::this_thread::get_id();
  loop_.Spawn([&] {
    const auto there = loop_.Offload([] { return std::this_thread::get_id(); });
    EXPECT_NE(there, here);
    EXPECT_EQ(std::this_thread::get_id(), here);
    loop_.Offload([] {});
    Log("done");
  });
  loop_.RunUntilIdle();
  EXPECT_THAT(log_, ElementsAre("done@0"));
}

TEST_F(ManualLoop, OffloadRethrowsInTheFiber) {
  loop_.Spawn([&] {
    try {
      loop_.Offload([]() -> int { throw std::runtime_error("from the pool"); });
    } catch (const std::runtime_error& error) {
      Log(error.what());
    }
  });
  loop_.RunUntilIdle();
  EXPECT_THAT(log_, ElementsAre("from the pool@0"));
}

TEST_F(ManualLoop, MoreOffloadedWorkThanThreadsIsAllDone) {
  int done = 0;
  for (int i = 0; i < 100; ++i) {
    loop_.Spawn([&, i] { done += loop_.Offload([i] { return i; }); });
  }
  loop_.RunUntilIdle();
  EXPECT_EQ(done, 4950);
}

TEST_F(ManualLoop, ExceptionsOfDifferentFibersStayApart) {
  Signal signal(loop_);
  const auto body = [&](const std::string& name) {
    try {
      throw std::runtime_error(name);
    } catch (const std::runtime_error& error) {
      signal.Wait();  // while the exception is being handled
      Log(error.what());
      try {
        throw;
      } catch (const std::runtime_error& again) {
        Log(again.what());
      }
    }
  };
  loop_.Spawn([&] { body("a"); });
  loop_.Spawn([&] { body("b"); });
  loop_.RunUntilIdle();
  signal.NotifyAll();
  loop_.RunUntilIdle();
  EXPECT_THAT(log_, ElementsAre("a@0", "a@0", "b@0", "b@0"));
}

TEST_F(ManualLoop, ManyFibersWaitAtOnce) {
  int woken = 0;
  for (int i = 0; i < 2000; ++i) {
    loop_.Spawn([&] {
      loop_.SleepFor(seconds(1));
      ++woken;
    });
  }
  loop_.AdvanceBy(seconds(1));
  EXPECT_EQ(woken, 2000);
}

struct Tracker {
  explicit Tracker(std::vector<std::string>& the_log) : log(the_log) {}
  ~Tracker() { log.emplace_back("destroyed"); }
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;
  std::vector<std::string>& log;
};

TEST(EventLoop, DestructorUnwindsSuspendedFibers) {
  std::vector<std::string> log;
  {
    EventLoop loop(ManualOptions());
    Signal signal(loop);
    loop.Spawn([&] {
      const Tracker tracker(log);
      signal.Wait();
      log.emplace_back("never");
    });
    loop.Spawn([&] {
      const Tracker tracker(log);
      loop.SleepFor(seconds(1));
      log.emplace_back("never");
    });
    loop.RunUntilIdle();
    loop.Spawn([&] { log.emplace_back("never"); });
  }
  EXPECT_THAT(log, ElementsAre("destroyed", "destroyed"));
}

TEST(EventLoop, UnwindingEndsAFiberThatCatchesEverythingAndWaitsAgain) {
  std::vector<std::string> log;
  {
    EventLoop loop(ManualOptions());
    loop.Spawn([&] {
      const Tracker tracker(log);
      try {
        loop.SleepFor(seconds(1));
      } catch (...) {
        log.emplace_back("caught");
      }
      loop.SleepFor(seconds(1));
      log.emplace_back("never");
    });
    loop.RunUntilIdle();
  }
  EXPECT_THAT(log, ElementsAre("caught", "destroyed"));
}

TEST(EventLoop, UnwindingWaitsForOffloadedWorkThatUsesTheStack) {
  std::promise<void> begun;
  std::promise<void> go;
  bool finished = false;
  std::thread releaser;
  {
    EventLoop loop(ManualOptions());
    loop.Spawn([&] {
      std::string on_the_stack;
      loop.Offload([&] {
        begun.set_value();
        go.get_future().wait();
        on_the_stack = "written";
        finished = true;
      });
    });
    loop.Spawn([&] { loop.Stop(); });
    loop.Run();
    begun.get_future().wait();
    releaser = std::thread([&] { go.set_value(); });
  }
  EXPECT_TRUE(finished);
  releaser.join();
}

TEST(EventLoop, WaitingOutsideAFiberIsABug) {
  EventLoop loop(ManualOptions());
  Signal signal(loop);
  EXPECT_THROW(signal.Wait(), std::logic_error);
  EXPECT_THROW(loop.SleepFor(seconds(1)), std::logic_error);
  EXPECT_THROW(loop.Yield(), std::logic_error);
  EXPECT_THROW(loop.Offload([] {}), std::logic_error);
  EventLoop on_the_system_clock;
  EXPECT_THROW(on_the_system_clock.AdvanceBy(seconds(1)), std::logic_error);
}

TEST(EventLoop, PostsFromOtherThreadsAndStops) {
  EventLoop loop;
  int posted = 0;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop.Post([&] { ++posted; });
    loop.Post([&] { loop.Stop(); });
  });
  loop.Run();
  other.join();
  EXPECT_EQ(posted, 1000);
}

TEST(EventLoop, StopBeforeRunReturnsAtOnceAndRunsAgain) {
  EventLoop loop;
  loop.Stop();
  loop.Run();
  bool ran = false;
  loop.Spawn([&] {
    ran = true;
    loop.Stop();
  });
  loop.Run();
  EXPECT_TRUE(ran);
}

TEST(EventLoop, SystemClockTimersFireInOrderUnderRun) {
  EventLoop loop;
  std::vector<int> order;
  const Time now = loop.clock().Now();
  loop.At(now + milliseconds(3), [&] {
    order.push_back(3);
    loop.Stop();
  });
  loop.At(now + milliseconds(2), [&] { order.push_back(2); });
  loop.Spawn([&] {
    loop.SleepUntil(now + milliseconds(1));
    order.push_back(1);
  });
  loop.Run();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
  EXPECT_GE(loop.clock().Now(), now + milliseconds(3));
}

TEST(EventLoop, SignalsOfTheProcessReachTheHandler) {
  EventLoop loop;
  int signals = 0;
  loop.OnSignal([&] {
    if (++signals == 2) {
      loop.Stop();
    } else {
      std::raise(SIGINT);
    }
  });
  std::raise(SIGTERM);
  loop.Run();
  EXPECT_EQ(signals, 2);
}

}  // namespace
}  // namespace iatk::net
