#include <gtest/gtest.h>

#include "model/probe.hpp"
#include "support/error.hpp"

namespace k8s_node {
namespace {

TEST(ProbeUrl, HttpsHasHostPortAndPath) {
    const auto probe = Probe::parse("https://127.0.0.1:6443/readyz?verbose");
    EXPECT_EQ(probe.kind, ProbeKind::https);
    EXPECT_EQ(probe.host, "127.0.0.1");
    EXPECT_EQ(probe.port, 6443);
    EXPECT_EQ(probe.path, "/readyz?verbose");
    EXPECT_EQ(probe.expected_status, 200);
    EXPECT_EQ(probe.text(), "GET https://127.0.0.1:6443/readyz?verbose");
}

TEST(ProbeUrl, HttpHasDefaults) {
    const auto probe = Probe::parse("http://localhost");
    EXPECT_EQ(probe.port, 80);
    EXPECT_EQ(probe.path, "/");
    EXPECT_EQ(Probe::parse("https://localhost").port, 443);
}

TEST(ProbeUrl, Ipv6AddressesAreInBrackets) {
    const auto probe = Probe::parse("tcp://[fd00::1]:2379");
    EXPECT_EQ(probe.host, "fd00::1");
    EXPECT_EQ(probe.port, 2379);
    EXPECT_EQ(probe.text(), "connect to tcp://[fd00::1]:2379");
}

TEST(ProbeUrl, UnixSocketIsAPath) {
    const auto probe = Probe::parse("unix:///run/containerd/containerd.sock");
    EXPECT_EQ(probe.kind, ProbeKind::unix_socket);
    EXPECT_EQ(probe.path, "/run/containerd/containerd.sock");
    EXPECT_EQ(probe.text(), "connect to unix:///run/containerd/containerd.sock");
}

TEST(ProbeUrl, WhatIsWrittenIsReadBackTheSame) {
    for (const auto* url :
         {"https://127.0.0.1:6443/readyz", "http://localhost/", "tcp://etcd-1.local:2379",
          "https://[::1]:10257/healthz", "http://[::1]/", "unix:///run/x.sock", "file:///a/b"}) {
        const auto probe = Probe::parse(url);
        EXPECT_EQ(probe.url(), url);
        EXPECT_EQ(Probe::parse(probe.url()), probe);
    }
}

class BadProbeUrl : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BadProbeUrl, SaysWhatIsWrong) {
    try {
        static_cast<void>(Probe::parse(GetParam().first));
        FAIL() << "accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.status(), ExitStatus::usage);
        EXPECT_NE(error.message().find(GetParam().second), std::string::npos) << error.message();
        EXPECT_NE(error.hint(), "");
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadProbeUrl,
    testing::Values(
        std::pair{"", "does not begin with"}, std::pair{"ftp://x/", "does not begin"},
        std::pair{"https://", "host is missing"}, std::pair{"https://:6443/", "host is missing"},
        std::pair{"tcp://127.0.0.1", "port is missing"},
        std::pair{"tcp://127.0.0.1:1/x", "no path"},
        std::pair{"http://x:0/", "not a number from 1 to 65535"},
        std::pair{"http://x:65536/", "not a number from 1 to 65535"},
        std::pair{"http://x:/", "not a number from 1 to 65535"},
        std::pair{"http://fd00::1/", "not a number from 1 to 65535"},
        std::pair{"http://[fd00::1/", "closing bracket"}, std::pair{"http://[::1]x/", "not a port"},
        std::pair{"http://user@x/", "user name"}, std::pair{"http://x/ y", "blank"},
        std::pair{"http://x/\n", "control"}, std::pair{"unix://run/x.sock", "not absolute"}));

TEST(ProbeUrl, SocketPathFitsIntoItsAddress) {
    const std::string longest = "unix:///" + std::string(106, 'x');
    EXPECT_EQ(Probe::parse(longest).path.size(), 107U);
    EXPECT_THROW(static_cast<void>(Probe::parse(longest + "x")), Error);
}

} // namespace
} // namespace k8s_node
