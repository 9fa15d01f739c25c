#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/routes.hpp"

namespace k8s_node::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Routes, AreReadAsTheKernelShowsThem) {
    const auto* table = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\n"
                        "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\n"
                        "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\n"
                        "eth0\t0001F40A\t010200C0\t0003\t0\t0\t0\t00FFFFFF\t0\n";
    EXPECT_THAT(parse_routes(table), ElementsAre(Route{"192.0.2.0/24", "eth0", false},
                                                 Route{"10.244.1.0/24", "eth0", true}));
}

TEST(Routes, ThatLeadEverywhereOrNowhereAreNone) {
    EXPECT_THAT(parse_routes("tun0 00000000 00000000 0001 0 0 0 00000080\n"
                             "tun0 00000080 00000000 0001 0 0 0 00000080\n"
                             "* 0000F40A 00000000 0201 0 0 0 0000FFFF\n"
                             "eth0 zz 00000000 0001 0 0 0 00FFFFFF\nshort 1\n"),
                IsEmpty());
}

TEST(Routes, OfIpv6LackWhatEveryInterfaceHas) {
    const auto* table =
        "fd000000000000000000000000000000 40 00000000000000000000000000000000 00 "
        "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
        "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
        "00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth0\n"
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
        "fd000000000000000000000000000001 00000400 00000002 00000000 00000003     eth0\n"
        "fd000000000000000000000000000002 80 00000000000000000000000000000000 00 "
        "00000000000000000000000000000000 00000000 00000003 00000000 80200001     eth0\n";
    EXPECT_THAT(parse_ipv6_routes(table), ElementsAre(Route{"fd00::/64", "eth0", false}));
}

} // namespace
} // namespace k8s_node::host
