#include "iatk/net/udp_server.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "iatk/net/test_peer.h"

namespace iatk::net {
namespace {

TEST(UdpServer, HandsOverEachDatagram) {
  EventLoop loop;
  std::vector<std::string> datagrams;
  const auto server = UdpServer::Listen(loop, "127.0.0.1", 0, [&](std::string_view datagram) {
    datagrams.emplace_back(datagram);
    if (datagrams.size() == 3) loop.Stop();
  });
  ASSERT_TRUE(server);
  const std::string large(60'000, 'x');
  TestPeer peer((*server)->port(), SOCK_DGRAM);
  peer.Send("one");
  peer.Send(large);
  peer.Send("three");
  loop.Run();
  EXPECT_EQ(datagrams, (std::vector<std::string>{"one", large, "three"}));
}

TEST(UdpServer, SaysThatAPortIsInUse) {
  EventLoop loop;
  const auto first = UdpServer::Listen(loop, "127.0.0.1", 0, [](std::string_view) {});
  ASSERT_TRUE(first);
  const auto second =
      UdpServer::Listen(loop, "127.0.0.1", (*first)->port(), [](std::string_view) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "AddressInUse");
}

}  // namespace
}  // namespace iatk::net
