// What an archive may be and what is refused, by way of a file:// mirror.
#include <cstdlib>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "support/files.hpp"
#include "test_artifacts.hpp"

namespace k8s_node::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ArchiveTest : public StoreTest {
protected:
    /// The error of fetching bin/tool out of these members.
    Error refusal(const std::vector<TestMember>& members) {
        return fetch_error(offer_tar(members, {{"bin/tool", "bin/tool"}}));
    }
};

TEST_F(ArchiveTest, OnlyWantedMembersAreUnpackedReadOnly) {
    const std::vector<TestMember> members = {
        {"./bin/tool", "#!tool", 0755}, {"doc/readme", "read me", 0644}, {"unwanted", "x"}};
    const auto artifact =
        offer_tar(members, {{"bin/tool", "bin/tool"}, {"doc/readme", "share/doc/readme"}});
    fetch(artifact);
    EXPECT_THAT(names(), ElementsAre(artifact.store_name()));
    EXPECT_EQ(content(artifact, "bin/tool"), "#!tool");
    EXPECT_EQ(content(artifact, "share/doc/readme"), "read me");
    EXPECT_FALSE(attributes_of(store.entry(artifact) / "unwanted"));
    EXPECT_EQ(mode(artifact, "bin/tool"), 0555U);
    EXPECT_EQ(mode(artifact, "share/doc/readme"), 0444U);
    EXPECT_EQ(mode(artifact, "share/doc"), 0555U);
    EXPECT_EQ(mode(artifact, ""), 0555U);
    EXPECT_EQ(mode(artifact, ".entry.json"), 0444U);
}

TEST_F(ArchiveTest, EveryCompressionIsRead) {
    const auto data = noise(1'500'000);
    for (const auto compression :
         {Compression::gzip, Compression::xz, Compression::zstd, Compression::none}) {
        const std::vector<TestMember> members = {{"bin/tool", data}};
        const auto artifact = offer_tar(members, {{"bin/tool", "bin/tool"}}, compression);
        fetch(artifact);
        EXPECT_TRUE(content(artifact, "bin/tool") == data);
    }
}

TEST_F(ArchiveTest, GzipOfSeveralMembersIsReadWhole) {
    const std::vector<TestMember> members = {{"bin/tool", noise(300'000)}};
    const auto tar = make_tar(members, Compression::none);
    // Pieces of awkward sizes move the seams over the decoder's buffers.
    std::string gzip;
    for (std::size_t at = 0; at < tar.size(); at += 65'537) {
        const std::vector<TestMember> none;
        const auto piece = temp.path() / "piece";
        write_file_atomically(piece, tar.substr(at, 65'537), {0600, ::geteuid(), ::getegid()});
        ASSERT_EQ(std::system(("gzip -kf1 " + piece.string()).c_str()), 0);
        gzip += read_file(piece.string() + ".gz");
    }
    auto artifact = offer("tools.tar.gz", gzip + std::string(512, '\0'));
    artifact.file.clear();
    artifact.members = {{"bin/tool", "bin/tool"}};
    fetch(artifact);
    EXPECT_TRUE(content(artifact, "bin/tool") == members.front().content);
}

TEST_F(ArchiveTest, PlainFileKeepsItsBytesAndGetsAReadOnlyMode) {
    auto artifact = offer("runc", "a plain binary");
    artifact.digest = digest_of("a plain binary", HashAlgorithm::sha512);
    fetch(artifact);
    EXPECT_EQ(content(artifact, "bin/runc"), "a plain binary");
    EXPECT_EQ(mode(artifact, "bin/runc"), 0555U);
    auto data = offer("policy.yaml", "data");
    data.file = "share/policy.yaml";
    data.file_mode = 0640;
    fetch(data);
    EXPECT_EQ(mode(data, "share/policy.yaml"), 0444U);
}

TEST_F(ArchiveTest, MirrorFileMustBeAFile) {
    const auto artifact = offer("runc", "a plain binary");
    const auto path = mirror / "up.example/runc";
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    EXPECT_THAT(fetch_error(artifact).message(), HasSubstr(path.string() + " is a directory"));
    std::filesystem::remove(path);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const auto error = fetch_error(artifact);
    EXPECT_THAT(error.message(), HasSubstr(path.string() + " is not a regular file"));
    EXPECT_EQ(error.status(), ExitStatus::fetch);
}

TEST_F(ArchiveTest, NamesThatLeaveTheDirectoryAreRefused) {
    EXPECT_THAT(refusal({{"bin/tool", "x"}, {"/etc/cron.d/evil", "x"}}).message(),
                HasSubstr("'/etc/cron.d/evil' has an absolute path"));
    const auto error = refusal({{"bin/../../evil", "x"}, {"bin/tool", "x"}});
    EXPECT_THAT(error.message(), HasSubstr("'bin/../../evil' has '..'"));
    EXPECT_EQ(error.status(), ExitStatus::verification);
    EXPECT_THAT(error.frames(), Contains(HasSubstr("https://up.example/tools.tar")));
    EXPECT_THAT(error.frames(), Contains("fetching tools.tar 1.2.3"));
}

TEST_F(ArchiveTest, WantedMemberMustBeARegularFile) {
    EXPECT_THAT(refusal({{"bin/tool", "/etc/shadow", 0777, MemberKind::symlink}}).message(),
                HasSubstr("'bin/tool' is a symbolic link"));
    EXPECT_THAT(
        refusal({{"other", "x"}, {"bin/tool", "other", 0755, MemberKind::hardlink}}).message(),
        HasSubstr("'bin/tool' is a hard link"));
    EXPECT_THAT(refusal({{"bin/tool", "", 0600, MemberKind::device}}).message(),
                HasSubstr("'bin/tool' is a device node"));
}

TEST_F(ArchiveTest, SparseMemberIsReadAndCountsAsWhatItUnpacksTo) {
    const std::vector<TestMember> members = {
        {.name = "bin/tool", .content = "x", .hole = 2 << 20U}};
    const auto artifact = offer_tar(members, {{"bin/tool", "bin/tool"}});
    fetch(artifact);
    EXPECT_EQ(content(artifact, "bin/tool"), std::string(2 << 20U, '\0') + "x");
    static_cast<void>(store.gc({}));

    options.limits.member_bytes = 1 << 20U;
    EXPECT_THAT(refusal(members).message(),
                HasSubstr("'bin/tool' has 2.0 MiB, more than the allowed 1.0 MiB"));
}

TEST_F(ArchiveTest, DuplicateMemberIsRefused) {
    EXPECT_THAT(refusal({{"bin/tool", "one"}, {"./bin/tool", "two"}}).message(),
                HasSubstr("'bin/tool' occurs twice"));
}

TEST_F(ArchiveTest, MissingMembersAreListedWithWhatWasMeant) {
    const std::vector<TestMember> members = {{"server/bin/kubelet", "x"}};
    const auto error =
        fetch_error(offer_tar(members, {{"bin/kubelet", "bin/kubelet"}, {"qqq", "qqq"}}));
    EXPECT_THAT(error.details(),
                ElementsAre("no member 'bin/kubelet'; did you mean 'server/bin/kubelet'?",
                            "no member 'qqq'"));
}

TEST_F(ArchiveTest, TruncatedArchiveIsNamed) {
    const std::vector<TestMember> members = {{"bin/tool", noise(200'000)}};
    const auto whole = make_tar(members);
    auto artifact = offer("tools.tar.gz", whole.substr(0, whole.size() / 2));
    artifact.file.clear();
    artifact.members = {{"bin/tool", "bin/tool"}};
    EXPECT_THAT(fetch_error(artifact).message(), HasSubstr("ends too early"));

    auto damaged = whole;
    damaged[damaged.size() / 2] ^= 1;
    artifact = offer("tools.tar.gz", damaged);
    artifact.file.clear();
    artifact.members = {{"bin/tool", "bin/tool"}};
    EXPECT_THAT(fetch_error(artifact).message(), HasSubstr("is damaged"));

    artifact = offer("tools.tar.gz", "<html>no archive at all</html>");
    artifact.file.clear();
    artifact.members = {{"bin/tool", "bin/tool"}};
    EXPECT_THAT(fetch_error(artifact).message(), HasSubstr("cannot be read"));
}

TEST_F(ArchiveTest, BombsEndInAnErrorThatNamesTheMember) {
    options.limits.member_bytes = 1 << 20U;
    EXPECT_THAT(refusal({{"bin/tool", std::string(2 << 20U, '\0')}}).message(),
                HasSubstr("'bin/tool' has 2.0 MiB, more than the allowed 1.0 MiB"));
    options.limits.member_bytes = 1 << 30U;
    options.limits.total_bytes = 3 << 20U;
    EXPECT_THAT(refusal({{"bin/tool", "x"},
                         {"unwanted/a", std::string(2 << 20U, '\0')},
                         {"unwanted/b", std::string(2 << 20U, '\0')}})
                    .message(),
                HasSubstr("allowed 3.0 MiB at its member 'unwanted/b'"));
    options.limits.entries = 2;
    EXPECT_THAT(refusal({{"a", ""}, {"b", ""}, {"c", ""}}).message(),
                HasSubstr("more than 2 members"));
}

TEST_F(ArchiveTest, BinaryOfAnotherArchitectureIsRefused) {
    options.architecture = "amd64";
    EXPECT_THAT(refusal({{"bin/tool", elf_head(183)}}).message(),
                HasSubstr("wrong architecture: 'bin/tool' is for arm64, this machine is amd64"));
    const std::vector<TestMember> members = {{"bin/tool", elf_head(62)}, {"data", elf_head(183)}};
    const auto artifact = offer_tar(members, {{"bin/tool", "bin/tool"}, {"data", "share/data"}});
    fetch(artifact);
    EXPECT_TRUE(store.contains(artifact));
}

} // namespace
} // namespace k8s_node::testing
