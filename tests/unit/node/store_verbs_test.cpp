#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "generations/generation_resource.hpp"
#include "model/manifest.hpp"
#include "node/store_verbs.hpp"
#include "support/error.hpp"
#include "unit/engine/bare_machine.hpp"
#include "unit/node/heard.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StoreVerbs : public testing::Test {
protected:
    StoreVerbs() { options_.root = Root(directory_.path()); }

    void entry(const std::string& name, const std::string& digest_of_tool) const {
        const auto at = std::string(paths::store) + "/" + name;
        directory_.write(at + "/bin/tool", "tool");
        std::filesystem::permissions(options_.root.at(at + "/bin/tool"),
                                     std::filesystem::perms(0555));
        directory_.write(
            at + "/.entry.json",
            R"({"name": "tool", "version": "1", "url": "", "digest": "", "files": [)"
            R"({"path": "bin/tool", "from": "", "size": 4, "mode": "0555", "sha256": ")" +
                digest_of_tool + "\"}]}");
    }
    void generation(int number, const std::string& needs) const {
        Manifest manifest;
        manifest.store_entries = {std::string(paths::store) + "/" + needs};
        directory_.write(manifest_of(number), write_manifest(manifest));
    }
    static std::string manifest_of(int number) {
        return std::string(paths::generations) + "/" + std::to_string(number) + "/manifest.json";
    }
    std::vector<std::string> collect() { return collect_store(options_, events_); }
    std::string refusal() {
        try {
            collect();
        } catch (const Error& error) {
            return error.message();
        }
        return "";
    }

    test::TemporaryDirectory directory_;
    NodeOptions options_;
    test::Heard events_;
};

TEST_F(StoreVerbs, VerifyNeedsNoConfigurationAndAnEmptyStoreIsNoDamage) {
    EXPECT_THAT(verify_store(options_), IsEmpty());
}

TEST_F(StoreVerbs, VerifyTellsOfEveryEntryAndOfWhatAnyGenerationLacks) {
    entry("other-1-a", "00");
    generation(1, "gone-1-b");
    directory_.write(manifest_of(2), "{");
    const auto lines = verify_store(options_);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_THAT(lines[0], HasSubstr("generation 2 does not tell what it needs"));
    EXPECT_EQ(lines[1], "gone-1-b: is missing");
    EXPECT_THAT(lines[2], HasSubstr("other-1-a: bin/tool was edited"));
}

TEST_F(StoreVerbs, CollectKeepsWhatGenerationsUse) {
    EXPECT_THAT(collect(), IsEmpty()); // neither a store nor generations
    entry("used-1-a", "00");
    entry("unused-1-b", "00");
    generation(1, "used-1-a");
    EXPECT_THAT(collect(), ElementsAre("unused-1-b"));
    EXPECT_TRUE(attributes_of(options_.root.at(paths::store) / "used-1-a"));
}

TEST_F(StoreVerbs, CollectRemovesNothingWhereAGenerationDoesNotTell) {
    entry("used-1-a", "00");
    generation(1, "used-1-a");
    std::filesystem::remove(options_.root.at(manifest_of(1)));
    EXPECT_THAT(refusal(), HasSubstr("generation 1 does not tell which programs it uses"));
    directory_.write(manifest_of(1), "not JSON");
    EXPECT_THAT(refusal(), HasSubstr("generation 1 does not tell"));
    EXPECT_TRUE(attributes_of(options_.root.at(paths::store) / "used-1-a"));
}

TEST_F(StoreVerbs, CollectTellsOfAConfigurationOnlyWhereThereIsOne) {
    entry("unused-1-a", "00");
    EXPECT_THAT(collect(), ElementsAre("unused-1-a"));
    EXPECT_THAT(events_.messages, IsEmpty());
    for (const auto* file : {"/node.d/50-x.yaml", "/node.yaml"}) {
        directory_.write(paths::configuration + std::string(file), "profile: nosuch\n");
        events_.messages.clear();
        EXPECT_THAT(collect(), IsEmpty());
        EXPECT_THAT(events_.messages, ElementsAre(HasSubstr("configuration cannot be resolved")));
        std::filesystem::remove(options_.root.at(paths::configuration + std::string(file)));
    }
}

/// A program that runs is needed by somebody, whatever the records say.
TEST_F(StoreVerbs, CollectKeepsWhatRuns) {
    entry("running-1-a", "00");
    const auto program = options_.root.at(std::string(paths::store) + "/running-1-a/bin/sleep");
    std::filesystem::copy_file("/bin/sleep", program);
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::execl(program.c_str(), "sleep", "100", nullptr);
        ::_exit(127);
    }
    std::error_code error;
    const auto link = "/proc/" + std::to_string(pid) + "/exe";
    while (std::filesystem::read_symlink(link, error) != program) {
        ASSERT_EQ(::waitpid(pid, nullptr, WNOHANG), 0) << "it ended";
    }
    EXPECT_THAT(collect(), IsEmpty());
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    EXPECT_THAT(collect(), ElementsAre("running-1-a"));
}

} // namespace
} // namespace k8s_node
