#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/api_client.hpp"
#include "cluster/api_error.hpp"
#include "fake_transport.hpp"

namespace k8s_node::cluster {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

const Json config_map = {{"apiVersion", "v1"},
                         {"kind", "ConfigMap"},
                         {"metadata", {{"name", "corefile"}, {"namespace", "kube-system"}}},
                         {"data", {{"Corefile", "."}}}};
const std::string config_map_path = "/api/v1/namespaces/kube-system/configmaps/corefile";
const Json not_found = {{"kind", "Status"}, {"code", 404}};

/// The object as the server would return it.
Json stored(Json object, const std::string& version) {
    object["metadata"]["resourceVersion"] = version;
    object["metadata"]["uid"] = "u";
    object["metadata"]["managedFields"] = {{{"manager", "x"}, {"time", version}}};
    return object;
}

class Client : public testing::Test {
protected:
    FakeTransport server_;
    ApiClient client_{server_};
};

TEST_F(Client, GetsAnObjectOrNothing) {
    server_.answer(config_map);
    server_.answer(not_found, 404);
    EXPECT_THAT(client_.get(config_map_path), Optional(config_map));
    EXPECT_FALSE(client_.get(config_map_path));
}

TEST_F(Client, AppliesByServerSideApplyUnderItsOwnName) {
    server_.answer(not_found, 404);
    server_.answer(stored(config_map, "1"), 201);
    EXPECT_EQ(client_.apply(config_map), Applied::created);
    const auto& request = server_.requests().back();
    EXPECT_EQ(request.method, "PATCH");
    EXPECT_EQ(request.path, config_map_path + "?fieldManager=k8s-node-install&force=true");
    EXPECT_EQ(request.content_type, "application/apply-patch+yaml");
    EXPECT_EQ(Json::parse(request.body), config_map);
}

TEST_F(Client, SaysWhetherAnApplyChangedAnything) {
    auto other = config_map;
    other["data"]["Corefile"] = "other";
    server_.answer(stored(other, "1"));
    server_.answer(stored(config_map, "2"));
    EXPECT_EQ(client_.apply(config_map), Applied::changed);

    server_.answer(stored(config_map, "2"));
    server_.answer(stored(config_map, "3")); // only the manager's entry is new
    EXPECT_EQ(client_.apply(config_map), Applied::unchanged);
}

TEST_F(Client, TellsWhyAnApplyFailed) {
    server_.answer(not_found, 404);
    server_.answer({{"kind", "Status"},
                    {"message", "namespaces \"kube-system\" not found"},
                    {"reason", "NotFound"}},
                   404);
    try {
        client_.apply(config_map);
        FAIL() << "a refused apply passed";
    } catch (const ApiError& error) {
        EXPECT_EQ(error.message(), "cannot apply ConfigMap kube-system/corefile: namespaces "
                                   "\"kube-system\" not found (404 NotFound)");
    }
}

TEST_F(Client, SeesNoDifferenceInWhatIsThere) {
    server_.answer(stored(config_map, "1"));
    EXPECT_FALSE(client_.differs(config_map));
    EXPECT_EQ(server_.requests().size(), 1U) << "one read is enough";
}

TEST_F(Client, SeesThatAnObjectIsMissing) {
    server_.answer(not_found, 404);
    EXPECT_THAT(client_.differs(config_map), Optional(std::string("does not exist")));
}

TEST_F(Client, LetsTheServerDecideWhetherADifferenceIsOne) {
    const Json wanted = {{"apiVersion", "apps/v1"},
                         {"kind", "Deployment"},
                         {"metadata", {{"name", "d"}}},
                         {"spec", {{"cpu", "0.1"}}}};
    auto live = wanted;
    live["spec"]["cpu"] = "100m";
    server_.answer(stored(live, "1"));
    server_.answer(stored(live, "1"));
    EXPECT_FALSE(client_.differs(wanted));
    EXPECT_THAT(server_.requests().back().path, HasSubstr("dryRun=All"));

    server_.answer(stored(live, "1"));
    server_.answer(stored(wanted, "1"));
    EXPECT_THAT(client_.differs(wanted), Optional(HasSubstr("spec.cpu is \"100m\"")));
}

TEST_F(Client, ReportsTheDifferenceWhereADryRunIsNotAllowed) {
    auto live = config_map;
    live["data"]["Corefile"] = "other";
    server_.answer(live);
    server_.answer({{"kind", "Status"}, {"message", "webhook does not support dry run"}}, 400);
    EXPECT_THAT(client_.differs(config_map), Optional(HasSubstr("data.Corefile")));
}

TEST_F(Client, DiscoversAKindOnce) {
    const Json object = {
        {"apiVersion", "example.org/v1"}, {"kind", "Widget"}, {"metadata", {{"name", "w"}}}};
    server_.answer({{"resources",
                     {{{"name", "widgets/status"}, {"kind", "Widget"}, {"namespaced", false}},
                      {{"name", "widgets"}, {"kind", "Widget"}, {"namespaced", true}}}}});
    const std::string path = "/apis/example.org/v1/namespaces/default/widgets/w";
    EXPECT_THAT(client_.find_path(name_of(object)), Optional(path));
    EXPECT_THAT(client_.find_path(name_of(object)), Optional(path));
    EXPECT_EQ(server_.requests().size(), 1U);
    EXPECT_EQ(server_.requests().front().path, "/apis/example.org/v1");
}

TEST_F(Client, RefusesAKindThatIsNotServed) {
    const Json object = {
        {"apiVersion", "example.org/v1"}, {"kind", "Widget"}, {"metadata", {{"name", "w"}}}};
    server_.answer(not_found, 404);
    server_.answer({{"resources", Json::array()}});
    EXPECT_THAT(client_.differs(object), Optional(HasSubstr("does not serve")));
    EXPECT_THROW(client_.apply(object), Error);
    EXPECT_TRUE(server_.is_used_up());
}

TEST_F(Client, LabelsANodeByMergePatch) {
    server_.answer(Json::object());
    client_.merge_patch(node_path("n1"),
                        {{"metadata", {{"labels", {{"a/b", "c"}, {"old", nullptr}}}}}});
    const auto& request = server_.requests().back();
    EXPECT_EQ(request.path, "/api/v1/nodes/n1?fieldManager=k8s-node-install");
    EXPECT_EQ(request.content_type, "application/merge-patch+json");
    EXPECT_EQ(request.body, R"({"metadata":{"labels":{"a/b":"c","old":null}}})");
}

TEST_F(Client, RemovesWhatIsThere) {
    server_.answer(Json::object());
    server_.answer(not_found, 404);
    server_.answer(Json::object(), 403);
    EXPECT_TRUE(client_.remove("/api/v1/nodes/n1"));
    EXPECT_FALSE(client_.remove("/api/v1/nodes/n1"));
    EXPECT_THROW(client_.remove("/api/v1/nodes/n1"), ApiError);
    EXPECT_EQ(server_.requests().front().method, "DELETE");
}

TEST_F(Client, DoesNotTakeAWebPageForAnObject) {
    server_.answer(Answer{200, {"<html>"}});
    EXPECT_THROW(static_cast<void>(client_.get("/api/v1/nodes/n1")), Error);
}

} // namespace
} // namespace k8s_node::cluster
