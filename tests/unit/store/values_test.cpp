// The pure parts: URLs, retries, names, manifests.
#include <chrono>

#include <curl/curl.h>
#include <gmock/gmock.h>

#include "archive/elf.hpp"
#include "archive/member_name.hpp"
#include "store/entry_manifest.hpp"
#include "store/fetch_plan.hpp"
#include "store/mirror.hpp"
#include "store/retry.hpp"
#include "support/error.hpp"
#include "test_artifacts.hpp"

namespace k8s_node {
namespace {

using std::chrono::milliseconds;
using testing::digest_of;
using ::testing::ElementsAre;
using testing::elf_head;
using ::testing::HasSubstr;

TEST(Mirror, HoldsHostAndPathOfUpstream) {
    const std::string upstream = "https://dl.k8s.io/v1.36.5/a.tar.gz";
    EXPECT_EQ(mirror_url("https://m.example/x", upstream),
              "https://m.example/x/dl.k8s.io/v1.36.5/a.tar.gz");
    EXPECT_EQ(mirror_url("file:///srv/m//", upstream), "file:///srv/m/dl.k8s.io/v1.36.5/a.tar.gz");
    EXPECT_EQ(mirror_url("http://m:8080", "https://u:p@h:1/a"), "http://m:8080/h:1/a");
}

TEST(Mirror, UpstreamIsAskedOnlyWithoutMirrors) {
    const std::vector<std::string> mirrors = {"https://a", "https://b"};
    EXPECT_THAT(download_sources({}, "https://up/x"),
                ElementsAre(DownloadSource{"https://up/x", false}));
    EXPECT_THAT(download_sources(mirrors, "https://up/x"),
                ElementsAre(DownloadSource{"https://a/up/x", true},
                            DownloadSource{"https://b/up/x", true}));
}

TEST(Mirror, CredentialsAreNotPrinted) {
    EXPECT_EQ(printable_url("https://me:secret@m.example:8443/a/b"), "https://m.example:8443/a/b");
    EXPECT_EQ(printable_url("https://m.example/a?token=secret"), "https://m.example/a");
    EXPECT_EQ(printable_url("https://m.example/a@b"), "https://m.example/a@b");
}

TransferOutcome http(long status) {
    return {.curl_code = CURLE_HTTP_RETURNED_ERROR, .http_status = status};
}

TEST(Retry, ClientErrorsAreFinalForTheMirror) {
    EXPECT_EQ(next_step(http(404)), NextStep::next_mirror);
    EXPECT_EQ(next_step(http(403)), NextStep::next_mirror);
    EXPECT_EQ(next_step(http(408)), NextStep::retry);
    EXPECT_EQ(next_step(http(429)), NextStep::retry);
    EXPECT_EQ(next_step(http(503)), NextStep::retry);
    EXPECT_EQ(next_step(http(416)), NextStep::start_over);
}

TEST(Retry, BrokenLinesAreTriedAgainAndBadCertificatesAreNot) {
    EXPECT_EQ(next_step({.curl_code = CURLE_PARTIAL_FILE}), NextStep::retry);
    EXPECT_EQ(next_step({.curl_code = CURLE_OPERATION_TIMEDOUT}), NextStep::retry);
    EXPECT_EQ(next_step({.curl_code = CURLE_COULDNT_RESOLVE_HOST}), NextStep::retry);
    EXPECT_EQ(next_step({.curl_code = CURLE_PEER_FAILED_VERIFICATION}), NextStep::next_mirror);
    EXPECT_EQ(next_step({.curl_code = CURLE_OK}), NextStep::done);
    EXPECT_EQ(next_step({.curl_code = CURLE_WRITE_ERROR, .range_refused = true}),
              NextStep::start_over);
}

TEST(Retry, APartThatNobodyAskedForIsNotResumed) {
    const TransferOutcome outcome{.curl_code = CURLE_WRITE_ERROR, .unasked_part = true};
    EXPECT_EQ(next_step(outcome), NextStep::next_mirror);
    EXPECT_THAT(describe(outcome), HasSubstr("HTTP status 206"));
}

TEST(Retry, OutOfReachIsWhatDidNotAnswer) {
    EXPECT_TRUE(is_out_of_reach({.curl_code = CURLE_COULDNT_CONNECT}));
    EXPECT_TRUE(is_out_of_reach({.curl_code = CURLE_COULDNT_RESOLVE_HOST}));
    EXPECT_TRUE(is_out_of_reach({.curl_code = CURLE_OPERATION_TIMEDOUT}));
    EXPECT_FALSE(is_out_of_reach({.curl_code = CURLE_OPERATION_TIMEDOUT, .http_status = 200}));
    EXPECT_FALSE(is_out_of_reach(http(503)));
}

TEST(Retry, DelayDoublesUpToTheCap) {
    const RetryPolicy policy{5, milliseconds(500), milliseconds(3000)};
    EXPECT_EQ(retry_delay(policy, 0, 0), milliseconds(500));
    EXPECT_EQ(retry_delay(policy, 1, 0), milliseconds(1000));
    EXPECT_EQ(retry_delay(policy, 2, 0), milliseconds(2000));
    EXPECT_EQ(retry_delay(policy, 3, 0), milliseconds(3000));
    EXPECT_EQ(retry_delay(policy, 4'000'000'000U, 0), milliseconds(3000));
    EXPECT_EQ(retry_delay(policy, 1, 0.5), milliseconds(750));
}

TEST(Retry, AServersWishLengthensTheDelay) {
    using std::chrono::seconds;
    EXPECT_EQ(longer_pause(seconds(2), seconds(0), 0.5), seconds(2));
    EXPECT_EQ(longer_pause(seconds(2), seconds(1), 0.5), seconds(2));
    EXPECT_EQ(longer_pause(seconds(2), seconds(10), 0), seconds(10));
    EXPECT_EQ(longer_pause(seconds(2), seconds(10), 0.5), milliseconds(12500));
    EXPECT_EQ(longer_pause(seconds(2), std::chrono::hours(24), 0), seconds(300));
    EXPECT_EQ(longer_pause(seconds(2), seconds(-1), 0), seconds(2));
}

TEST(MemberName, IsCleanedAndConfined) {
    EXPECT_EQ(member_name("./bin/x"), "bin/x");
    EXPECT_EQ(member_name("bin/"), "bin");
    EXPECT_EQ(member_name(".//./etc/passwd"), "etc/passwd");
    EXPECT_EQ(member_name("./"), "");
    EXPECT_EQ(member_name("a..b/..c"), "a..b/..c");
    EXPECT_THROW(static_cast<void>(member_name("/etc/passwd")), Error);
    EXPECT_THROW(static_cast<void>(member_name("a/../../x")), Error);
    EXPECT_THROW(static_cast<void>(member_name("..")), Error);
}

TEST(MemberName, NearOneSharesTheLastComponentFirst) {
    const std::vector<std::string> seen = {"bin/kubeletx", "server/bin/kubelet"};
    EXPECT_EQ(near_member("bin/kubelet", seen), "server/bin/kubelet");
    EXPECT_EQ(near_member("bin/kubeletz", seen), "bin/kubeletx");
    EXPECT_EQ(near_member("quite/another/thing", seen), std::nullopt);
}

TEST(EntryPath, IsPlainAndRelative) {
    EXPECT_TRUE(is_entry_path("bin/kubelet"));
    for (const auto* path : {"", "/bin/x", "a//b", "a/", "./a", "a/../b", "a/.", ".entry.json"}) {
        EXPECT_FALSE(is_entry_path(path)) << path;
    }
}

TEST(Elf, SaysTheArchitecture) {
    const auto of = [](std::string_view bytes) {
        return elf_architecture(std::as_bytes(std::span(bytes)));
    };
    EXPECT_EQ(of(elf_head(62)), "amd64");
    EXPECT_EQ(of(elf_head(183)), "arm64");
    EXPECT_EQ(of(elf_head(243)), "ELF machine 243");
    EXPECT_EQ(of("#!/bin/sh\necho a script of some length\n"), std::nullopt);
    EXPECT_EQ(of("\x7f"
                 "ELF"),
              std::nullopt);
}

TEST(EntryManifest, ReadsWhatItWrote) {
    const EntryManifest manifest{
        "etcd", "3.7", "https://up/e", "sha256:00", {{"bin/etcd", "e/etcd", 12, 0555, "ab"}}};
    EXPECT_EQ(EntryManifest::parse(manifest.to_json()), manifest);
    EXPECT_EQ(EntryManifest::parse(manifest.to_json().substr(0, 40)), std::nullopt);
    EXPECT_EQ(EntryManifest::parse("{\"name\": 5}"), std::nullopt);
    EXPECT_EQ(EntryManifest::parse(""), std::nullopt);
}

Artifact archive_artifact(std::vector<ArchiveMember> members) {
    return {.name = "server",
            .version = "1",
            .url = "https://up/s",
            .digest = digest_of("s"),
            .members = std::move(members),
            .file = "",
            .file_mode = 0755};
}

std::string refusal_of(const std::vector<Artifact>& artifacts) {
    try {
        static_cast<void>(merge_artifacts(artifacts));
    } catch (const Error& error) {
        return error.message();
    }
    return "accepted";
}

TEST(FetchPlan, ComponentsOfOneArchiveShareTheDownload) {
    const ArchiveMember kubelet{"s/kubelet", "bin/kubelet"};
    const ArchiveMember proxy{"s/proxy", "bin/proxy"};
    const std::vector<Artifact> both = {archive_artifact({kubelet}),
                                        archive_artifact({proxy, kubelet})};
    EXPECT_THAT(merge_artifacts(both), ElementsAre(archive_artifact({kubelet, proxy})));
}

TEST(FetchPlan, RefusesContradictionsAndPathsThatLeaveTheEntry) {
    EXPECT_THAT(refusal_of({archive_artifact({{"a", "../x"}})}), HasSubstr("'../x'"));
    EXPECT_THAT(refusal_of({archive_artifact({{"a", ".entry.json"}})}), HasSubstr(".entry.json"));
    EXPECT_THAT(refusal_of({archive_artifact({{"a", "x"}, {"b", "x"}})}),
                HasSubstr("two files at 'x'"));
    EXPECT_THAT(refusal_of({archive_artifact({{"a", "x"}}), archive_artifact({{"a", "y"}})}),
                HasSubstr("'a' twice"));
    EXPECT_THAT(refusal_of({archive_artifact({})}), HasSubstr("must have"));
    auto hidden = archive_artifact({{"a", "x"}});
    hidden.name = ".staging-server";
    EXPECT_THAT(refusal_of({hidden}), HasSubstr("not a valid directory name"));
}

TEST(FetchPlan, ReplacementKeepsWhatTheEntryHad) {
    const EntryManifest old{
        "server", "1", "", "", {{"bin/a", "s/a", 1, 0555, ""}, {"bin/b", "s/b", 1, 0555, ""}}};
    EXPECT_THAT(with_files_of(archive_artifact({{"s/b", "bin/b"}, {"s/c", "bin/c"}}), old).members,
                ElementsAre(ArchiveMember{"s/b", "bin/b"}, ArchiveMember{"s/c", "bin/c"},
                            ArchiveMember{"s/a", "bin/a"}));
}

} // namespace
} // namespace k8s_node
