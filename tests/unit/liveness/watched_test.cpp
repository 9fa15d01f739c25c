// What is watched, what it needs, and what Prometheus gets of it.
#include <gtest/gtest.h>

#include "liveness/metrics.hpp"
#include "liveness/watched.hpp"

namespace k8s_node::liveness {
namespace {

UnitEntry unit(const std::string& name, std::vector<std::string> after, bool live = true) {
    UnitEntry entry{.name = name, .after = std::move(after)};
    if (live) {
        entry.live = LiveProbe{"http://127.0.0.1:1/"};
    }
    return entry;
}

TEST(Watched, NeedsWhatItComesAfterAlsoThroughOthers) {
    Manifest manifest;
    manifest.units = {unit("etcd.service", {"network-online.target"}), unit("proxy.service", {}),
                      unit("endpoints.service", {"proxy.service"}, false),
                      unit("api.service", {"etcd.service", "endpoints.service"}),
                      unit("scheduler.service", {"api.service"})};
    EXPECT_EQ(watched_units(manifest).size(), 4U);
    const auto reliance = reliance_of(manifest);
    using Names = std::set<std::string>;
    EXPECT_EQ(reliance.at("etcd.service"), Names{});
    EXPECT_EQ(reliance.at("api.service"), (Names{"etcd.service", "proxy.service"}));
    EXPECT_EQ(reliance.at("scheduler.service"),
              (Names{"api.service", "etcd.service", "proxy.service"}));
}

TEST(Watched, ACycleOfUnitsEnds) {
    Manifest manifest;
    manifest.units = {unit("a.service", {"b.service"}), unit("b.service", {"a.service"})};
    EXPECT_EQ(reliance_of(manifest).at("a.service"), std::set<std::string>{"b.service"});
}

TEST(Metrics, FollowPrometheusConventions) {
    Record record;
    record.last = {.unit = "a.service", .took = std::chrono::milliseconds(1500)};
    record.restarts_total = 2;
    const auto text = write_metrics({{"a\\x2d.service", record}}, 7);
    EXPECT_NE(text.find("# TYPE k8s_node_probe_success gauge\n"
                        "k8s_node_probe_success{unit=\"a\\\\x2d.service\"} 1\n"),
              std::string::npos);
    EXPECT_NE(text.find("k8s_node_probe_duration_seconds{unit=\"a\\\\x2d.service\"} 1.500\n"),
              std::string::npos);
    EXPECT_NE(text.find("# TYPE k8s_node_unit_restarts_total counter\n"), std::string::npos);
    EXPECT_TRUE(text.ends_with("k8s_node_watch_rounds_total 7\n"));
}

TEST(Metrics, AreAtTheirPathOnly) {
    EXPECT_EQ(respond("GET /metrics HTTP/1.1\r\n", "x"), "") << "not whole";
    EXPECT_TRUE(respond("GET /metrics HTTP/1.1\r\n\r\n", "x 1\n").ends_with("\r\n\r\nx 1\n"));
    EXPECT_TRUE(respond("GET / HTTP/1.1\r\n\r\n", "x").starts_with("HTTP/1.1 404 "));
    EXPECT_TRUE(respond("POST /metrics HTTP/1.1\r\n\r\n", "x").starts_with("HTTP/1.1 405 "));
}

} // namespace
} // namespace k8s_node::liveness
