#include <gmock/gmock.h>

#include "generations/ledger.hpp"
#include "node/pinned_configuration.hpp"
#include "store/hasher.hpp"
#include "unit/node/heard.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string sha256_of(std::string_view text) {
    Hasher hasher(HashAlgorithm::sha256);
    hasher.update(std::as_bytes(std::span(text.data(), text.size())));
    return "sha256:" + hasher.hex();
}

/// A machine, and a site that serves a file.
class PinnedConfiguration : public testing::Test {
protected:
    PinnedConfiguration() : root_(machine_.path()) {}

    std::string serve(const std::string& text) const {
        site_.write("node.yaml", text);
        return "file://" + (site_.path() / "node.yaml").string() + "#" + sha256_of(text);
    }
    void place(const std::string& pinned) {
        place_pinned_configuration(pinned, root_, loop_, events_);
    }
    Error refusal(const std::string& pinned) {
        try {
            place(pinned);
        } catch (const Error& error) {
            return error;
        }
        return Error("no refusal");
    }
    [[nodiscard]] std::optional<std::string> configuration() const {
        return read_file_if_exists(root_.at(paths::node_configuration));
    }

    test::TemporaryDirectory machine_;
    test::TemporaryDirectory site_;
    Root root_;
    EventLoop loop_;
    test::Heard events_;
};

TEST_F(PinnedConfiguration, IsTheMachinesFromThenOn) {
    const auto pinned = serve("profile: worker\n");
    place(pinned);
    EXPECT_EQ(configuration(), "profile: worker\n");
    EXPECT_TRUE(read_ledger(root_).contains(paths::node_configuration));
    EXPECT_THAT(events_.messages, ElementsAre(HasSubstr("was fetched from file://")));
    std::filesystem::remove(site_.path() / "node.yaml");
    place(pinned); // nobody is asked again
    EXPECT_EQ(configuration(), "profile: worker\n");
    place(serve("profile: master\n"));
    EXPECT_EQ(configuration(), "profile: master\n");
    EXPECT_THAT(std::filesystem::directory_iterator(root_.at("/run")),
                testing::Eq(std::filesystem::directory_iterator()));
}

TEST_F(PinnedConfiguration, IsNotUsedWithoutItsDigest) {
    const auto pinned = serve("profile: worker\n");
    site_.write("node.yaml", "profile: master\n");
    const auto error = refusal(pinned);
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.message(), HasSubstr("cannot download configuration from file://"));
    EXPECT_THAT(error.message(), HasSubstr("digest mismatch: pinned is sha256:"));
    EXPECT_THAT(error.hint(), HasSubstr("k8s_node.config="));
    EXPECT_EQ(configuration(), std::nullopt);
    EXPECT_THAT(read_ledger(root_).files, IsEmpty());
}

TEST_F(PinnedConfiguration, DoesNotReplaceAnOperatorsFile) {
    machine_.write(paths::node_configuration, "profile: single\n");
    const auto error = refusal(serve("profile: worker\n"));
    EXPECT_EQ(error.status(), ExitStatus::configuration);
    EXPECT_EQ(configuration(), "profile: single\n");
    place(serve("profile: single\n")); // nor is it taken over if it is the same
    EXPECT_FALSE(read_ledger(root_).contains(paths::node_configuration));
}

TEST_F(PinnedConfiguration, MayBeMissingForAWhile) {
    const auto pinned = serve("profile: worker\n");
    std::filesystem::remove(site_.path() / "node.yaml");
    EXPECT_EQ(refusal(pinned).status(), ExitStatus::fetch);
    EXPECT_EQ(configuration(), std::nullopt);
}

TEST(PinnedUrl, NeedsADigest) {
    const std::string hex(64, 'a');
    const auto pinned = parse_pinned_url("https://site.example/a#b.yaml#sha256:" + hex);
    EXPECT_EQ(pinned.url, "https://site.example/a#b.yaml");
    EXPECT_EQ(pinned.digest.hex(), hex);
    for (const auto* malformed :
         {"", "#sha256:00", "https://site.example/node.yaml", "https://site.example/node.yaml#",
          "https://site.example/node.yaml#sha256:00"}) {
        EXPECT_THROW((void)parse_pinned_url(malformed), Error) << malformed;
    }
    EXPECT_THROW((void)parse_pinned_url("#sha256:" + hex), Error);
}

} // namespace
} // namespace k8s_node
