// From the API servers that a cluster names to the commands for HAProxy.
#include <gmock/gmock.h>

#include "endpoints/slots.hpp"
#include "support/error.hpp"

namespace k8s_node::endpoints {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Json = nlohmann::json;

Json slice(const Json& endpoints, const Json& ports) {
    return {{"addressType", "IPv4"}, {"endpoints", endpoints}, {"ports", ports}};
}

const Json https = {{{"name", "https"}, {"port", 6443}, {"protocol", "TCP"}}};

TEST(ServerList, IsOfTheReadyEndpointsOfASlice) {
    const auto servers =
        servers_in(slice({{{"addresses", {"192.0.2.11", "192.0.2.10"}}},
                          {{"addresses", {"192.0.2.12"}}, {"conditions", {{"ready", false}}}},
                          {{"addresses", {"192.0.2.13"}}, {"conditions", {{"ready", true}}}}},
                         https));
    EXPECT_THAT(servers, ElementsAre("192.0.2.10:6443", "192.0.2.11:6443", "192.0.2.13:6443"));
}

TEST(ServerList, PassesOverWhatCouldBeACommandOfHaproxy) {
    EXPECT_THAT(servers_in(slice({{{"addresses", {"192.0.2.1;shutdown", "", 7, "name.example"}}},
                                  {{"addresses", {"2001:db8::1;quit", "192.0.2.0/24"}}}},
                                 https)),
                IsEmpty());
    EXPECT_THAT(servers_in(slice({{{"addresses", {"192.0.2.1"}}}}, {{{"port", "6443; quit"}}})),
                IsEmpty());
    EXPECT_THAT(servers_in(slice({{{"addresses", {"192.0.2.1"}}}}, {{{"port", 70000}}})),
                IsEmpty());
    EXPECT_THAT(servers_in("no object"), IsEmpty());
}

TEST(ServerList, IsReadAsItWasWritten) {
    const Servers servers = {"192.0.2.10:6443", "192.0.2.11:6443"};
    EXPECT_EQ(read_servers(write_servers(servers)), servers);
    EXPECT_THAT(read_servers("192.0.2.10:6443\n192.0.2.11:64"),
                ElementsAre("192.0.2.10:6443", "192.0.2.11:64"));
    EXPECT_THAT(read_servers("\n\x01nonsense\n192.0.2.10\n"), IsEmpty());
}

TEST(ServerList, TakesUrlsWithAnAddress) {
    EXPECT_EQ(server_of_url("https://192.0.2.10:6443"), "192.0.2.10:6443");
    EXPECT_EQ(server_of_url("https://api.example:6443"), "");
    EXPECT_EQ(server_of_url("https://192.0.2.10"), "192.0.2.10:443");
    EXPECT_EQ(server_of_url("https://[2001:db8::10]:6443"), "[2001:db8::10]:6443");
}

TEST(ServerList, HasAddressesOfIpv6InBrackets) {
    const Servers servers = {"[2001:db8::1]:6443"};
    EXPECT_EQ(servers_in(slice({{{"addresses", {"2001:db8::1"}}}}, https)), servers);
    EXPECT_EQ(read_servers(write_servers(servers)), servers);
    EXPECT_THAT(read_servers("2001:db8::1:6443\n[192.0.2.1]:6443\n[2001:db8::1;quit]:6443\n"),
                IsEmpty());
}

/// As HAProxy 2.6 prints it.
constexpr const char* table =
    "1\n"
    "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight "
    "srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state "
    "srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl "
    "srv_check_port srv_check_addr srv_agent_addr srv_agent_port\n"
    "3 kube-apiserver 1 slot1 192.0.2.10 2 4 1 1 0 8 2 0 6 0 0 0 - 6443 - 0 0 - - 0\n"
    "3 kube-apiserver 2 slot2 127.0.0.1 0 5 1 1 0 1 0 0 14 0 0 0 - 1 - 0 0 - - 0\n"
    "3 kube-apiserver 3 configured 192.0.2.99 2 0 1 1 0 1 0 0 14 0 0 0 - 6443 - 0 0 - - 0\n\n";

TEST(Slots, AreReadFromHaproxysTable) {
    const auto slots = read_slots(table);
    ASSERT_EQ(slots.size(), 2U) << "a server of the configuration is no slot";
    EXPECT_EQ(slots[0].name, "slot1");
    EXPECT_EQ(slots[0].server, "192.0.2.10:6443");
    EXPECT_TRUE(slots[0].is_used);
    EXPECT_FALSE(slots[1].is_used);
    EXPECT_THROW(static_cast<void>(read_slots("Can't find backend.\n")), Error);
    EXPECT_THROW(static_cast<void>(read_slots("")), Error);
}

TEST(Slots, HaveAddressesOfIpv6WithoutBrackets) {
    const auto six = "[2001:db8::10]:6443";
    const auto changes = changes_to({six}, read_slots(table));
    EXPECT_THAT(changes.commands,
                testing::Contains("set server kube-apiserver/slot1 addr 2001:db8::10 port 6443"));
    auto held = std::string(table);
    held.replace(held.find("192.0.2.10"), 10, "2001:db8::10");
    EXPECT_THAT(changes_to({six}, read_slots(held)).commands, IsEmpty());
}

TEST(Slots, NeedNothingWhenTheyHoldWhatIsWanted) {
    EXPECT_THAT(changes_to({"192.0.2.10:6443"}, read_slots(table)).commands, IsEmpty());
}

TEST(Slots, KeepAServerThatStaysAndEndTheConnectionsToOneThatGoes) {
    const auto slots = std::vector<Slot>{{"slot1", "192.0.2.10:6443", true},
                                         {"slot2", "192.0.2.11:6443", true},
                                         {"slot3", "127.0.0.1:1", false}};
    const auto changes = changes_to({"192.0.2.11:6443", "192.0.2.12:7443"}, slots);
    EXPECT_THAT(changes.commands,
                ElementsAre("set server kube-apiserver/slot1 state maint",
                            "shutdown sessions server kube-apiserver/slot1",
                            "set server kube-apiserver/slot1 addr 192.0.2.12 port 7443",
                            "set server kube-apiserver/slot1 state ready"));
    EXPECT_THAT(changes.removed, ElementsAre("192.0.2.10:6443"));
    EXPECT_THAT(changes.added, ElementsAre("192.0.2.12:7443"));
    EXPECT_THAT(changes.left_out, IsEmpty());
}

TEST(Slots, OfOneAddressTwiceOneIsEnough) {
    const auto slots =
        std::vector<Slot>{{"slot1", "192.0.2.10:6443", true}, {"slot2", "192.0.2.10:6443", true}};
    EXPECT_THAT(changes_to({"192.0.2.10:6443"}, slots).commands,
                ElementsAre("set server kube-apiserver/slot2 state maint",
                            "shutdown sessions server kube-apiserver/slot2"));
}

TEST(Slots, SaysForWhichThereIsNone) {
    const auto changes =
        changes_to({"192.0.2.10:6443", "192.0.2.11:6443"}, {{"slot1", "127.0.0.1:1", false}});
    EXPECT_THAT(changes.left_out, ElementsAre("192.0.2.11:6443"));
    EXPECT_EQ(changes.commands.size(), 2U);
}

} // namespace
} // namespace k8s_node::endpoints
