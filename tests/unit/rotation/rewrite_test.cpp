// Objects are written again, page by page, whoever else writes at the same time.
#include <gtest/gtest.h>

#include "rotation/rewrite.hpp"
#include "rotation/subject.hpp"
#include "unit/cluster/fake_transport.hpp"

namespace k8s_node {
namespace {

using nlohmann::json;

json secret(const std::string& name) {
    return {{"metadata", {{"namespace", "web"}, {"name", name}, {"resourceVersion", "7"}}},
            {"data", {{"password", "eHl6"}}}};
}

json page(const std::vector<std::string>& names, const std::string& place = "") {
    json items = json::array();
    for (const auto& name : names) {
        items.push_back(secret(name));
    }
    return {{"metadata", {{"continue", place}}}, {"items", items}};
}

TEST(Rewrite, EachObjectIsWrittenAsItWasRead) {
    cluster::FakeTransport transport;
    transport.answer(page({"one"}, "next page"));
    transport.answer(secret("one"));
    transport.answer(page({"two"}));
    transport.answer(secret("two"));
    EXPECT_EQ(rewrite_all(transport, "secrets"), 2U);
    ASSERT_TRUE(transport.is_used_up());
    const auto& written = transport.requests().at(1);
    EXPECT_EQ(written.method, "PUT");
    EXPECT_EQ(written.path, "/api/v1/namespaces/web/secrets/one");
    EXPECT_EQ(json::parse(written.body), secret("one"));
    EXPECT_NE(transport.requests().at(2).path.find("continue=next%20page"), std::string::npos);
}

TEST(Rewrite, WhatSomebodyElseWritesOrDeletesNeedsNone) {
    cluster::FakeTransport transport;
    transport.answer(page({"written", "deleted"}));
    transport.answer(json::object(), 409);
    transport.answer(json::object(), 404);
    EXPECT_EQ(rewrite_all(transport, "secrets"), 2U);
}

TEST(Rewrite, WhatTheServerRefusesIsAnError) {
    cluster::FakeTransport transport;
    transport.answer(page({"one"}));
    transport.answer(json::object(), 500);
    EXPECT_THROW(rewrite_all(transport, "secrets"), cluster::ApiError);
}

TEST(Rewrite, AnAnswerThatIsNoListIsAnError) {
    for (const char* body : {"<html>welcome</html>", "", "{}", R"({"items": null})", "[]"}) {
        cluster::FakeTransport transport;
        transport.answer(cluster::Answer{200, {body}});
        EXPECT_THROW(rewrite_all(transport, "secrets"), Error) << body;
    }
}

TEST(Rewrite, HappensOnceMoreBeforeTheOldKeyGoes) {
    EXPECT_EQ(rewrite_time(encryption, Phase::trust), RewriteTime::never);
    EXPECT_EQ(rewrite_time(encryption, Phase::use), RewriteTime::after_restarts);
    EXPECT_EQ(rewrite_time(encryption, Phase::drop), RewriteTime::before_the_change);
    EXPECT_EQ(rewrite_time("ca", Phase::drop), RewriteTime::never);
}

TEST(Rewrite, OnlyResourcesWithAKnownPathAreTaken) {
    EXPECT_NO_THROW(require_rewritable("configmaps"));
    EXPECT_THROW(require_rewritable("*.*"), Error);
    EXPECT_THROW(require_rewritable("widgets.example.com"), Error);
}

} // namespace
} // namespace k8s_node
