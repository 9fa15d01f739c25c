#include <csignal>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "fixture.hpp"
#include "pki/key.hpp"
#include "support/handle.hpp"

namespace k8s_node::pki_test {

namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::Ne;

class IssueTest : public PkiTest {
protected:
    CertificateSpec& server() { return spec_.certificates[1]; }
};

TEST_F(IssueTest, ASecondRunFindsEverythingGoodAndChangesNothing) {
    issue_all();
    expect_all_good();
    const auto before = snapshot();
    issue_all();
    EXPECT_EQ(snapshot(), before);
}

TEST_F(IssueTest, ModesAreKubeadmsWhateverTheUmask) {
    const auto old = ::umask(0077);
    issue_all();
    ::umask(old);
    for (const auto* name : {"ca.key", "apiserver.key", "etcd/server.key", "sa.key"}) {
        EXPECT_EQ(mode(name), 0600U) << name;
    }
    for (const auto* name : {"ca.crt", "apiserver.crt", "etcd/server.crt", "sa.pub"}) {
        EXPECT_EQ(mode(name), 0644U) << name;
    }
    for (const auto* name : {"/etc/kubernetes", "/etc/kubernetes/pki", "etcd"}) {
        EXPECT_EQ(mode(name), 0755U) << name;
    }
}

TEST_F(IssueTest, TheKeyPairIsAPair) {
    issue_all();
    EXPECT_EQ(run("openssl pkey -pubout -in " + at("sa.key").string()).output, pem("sa.pub"));
}

TEST_F(IssueTest, RenewalKeepsTheKeyAndMakesWhatWasLacking) {
    issue_all();
    const auto key = pem("apiserver.key");
    const auto old = pem("apiserver.crt");
    server().dns_names.emplace_back("api.example.org");
    pki().issue(leaf());
    EXPECT_EQ(leaf().state, PkiState::good);
    EXPECT_EQ(pem("apiserver.key"), key);
    EXPECT_NE(pem("apiserver.crt"), old);
    EXPECT_EQ(mode("apiserver.crt"), 0644U);
}

TEST_F(IssueTest, AnExpiredLeafIsRenewed) {
    put_authority("ca", make_test_authority("kubernetes", 900, 900));
    issue_all();
    reissue(server(), -365, -1);
    ASSERT_EQ(leaf().state, PkiState::needs_renewal);
    pki().issue(leaf());
    EXPECT_EQ(leaf().state, PkiState::good);
    EXPECT_EQ(
        run("openssl verify -CAfile " + at("ca.crt").string() + " " + at("apiserver.crt").string())
            .status,
        0);
}

TEST_F(IssueTest, ALeafThatLostItsKeyGetsANewPair) {
    issue_all();
    std::filesystem::remove(at("apiserver.key"));
    EXPECT_EQ(leaf().state, PkiState::needs_renewal);
    EXPECT_EQ(leaf().reason, "its key is missing");
    pki().issue(leaf());
    expect_all_good();
}

TEST_F(IssueTest, AKeyWithoutCertificateIsGoneOnWith) {
    for (const auto* name : {"ca", "apiserver", "etcd/ca"}) {
        put(std::string(name) + ".key", key_to_pem(create_key(KeyAlgorithm::ecdsa_p256)), 0600);
    }
    put("sa.key", key_to_pem(create_key(KeyAlgorithm::ecdsa_p256)), 0600);
    EXPECT_EQ(leaf().state, PkiState::missing);
    EXPECT_THAT(leaf().reason, HasSubstr("an earlier run was interrupted"));
    const auto keys = pem("ca.key") + pem("apiserver.key") + pem("etcd/ca.key") + pem("sa.key");
    issue_all();
    EXPECT_EQ(pem("ca.key") + pem("apiserver.key") + pem("etcd/ca.key") + pem("sa.key"), keys);
    expect_all_good();
}

TEST_F(IssueTest, ALeafBeforeItsAuthorityIsAnError) {
    try {
        pki().issue(leaf());
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("ca.crt must be issued first"));
        EXPECT_THAT(error.frames(), testing::ElementsAre("issuing the certificate apiserver"));
    }
    EXPECT_FALSE(std::filesystem::exists(at("apiserver.key")));
}

TEST_F(IssueTest, IndependentLeavesFromSeveralThreads) {
    for (int number = 0; number < 16; ++number) {
        auto spec = server();
        spec.name = "leaf-" + std::to_string(number);
        spec_.certificates.push_back(spec);
    }
    pki().issue(look(PkiKind::authority, "ca"));
    pki().issue(look(PkiKind::authority, "etcd/ca"));
    const auto shared = pki();
    std::vector<std::jthread> threads;
    for (const auto& item : shared.observe()) {
        threads.emplace_back([&shared, item] { shared.issue(item); });
    }
    threads.clear();
    expect_all_good();
}

/// Starts a process that issues everything and kills it when `directory` has
/// seen so many changes of its names.
void issue_and_kill(const std::filesystem::path& directory, int changes, auto issue) {
    const UniqueFd watch(::inotify_init1(IN_CLOEXEC));
    ASSERT_GE(
        ::inotify_add_watch(watch.get(), directory.c_str(), IN_CREATE | IN_MOVED_TO | IN_DELETE),
        0);
    const pid_t child = ::fork();
    if (child == 0) {
        issue();
        ::_exit(0);
    }
    int seen = 0;
    std::array<char, 4096> buffer{};
    pollfd ready{watch.get(), POLLIN, 0};
    while (seen<changes&& ::poll(&ready, 1, 5000)> 0) {
        const auto size = ::read(watch.get(), buffer.data(), buffer.size());
        for (std::size_t at = 0; at < static_cast<std::size_t>(size); ++seen) {
            inotify_event event{};
            std::memcpy(&event, &buffer.at(at), sizeof event);
            at += sizeof event + event.len;
        }
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}

TEST_F(IssueTest, ARunKilledAnywhereIsGoneOnWith) {
    for (int changes = 1; changes <= 24; ++changes) {
        std::filesystem::remove_all(root_.path() / "etc");
        make_directories(at(""));
        issue_and_kill(at(""), changes, [&] { issue_all(); });
        EXPECT_THAT(pki().observe(), Each(Field(&PkiItem::state, Ne(PkiState::broken)))) << changes;
        issue_all();
        expect_all_good();
    }
}

// A renewal makes two changes: a temporary name, and its move.
TEST_F(IssueTest, ARenewalKilledAnywhereLeavesAPairThatFits) {
    issue_all();
    for (int round = 0; round < 10; ++round) {
        server().dns_names.push_back("name-" + std::to_string(round));
        issue_and_kill(at(""), 1 + round % 2, [&] { issue_all(); });
        EXPECT_TRUE(belongs_to(certificate("apiserver.crt"),
                               parse_key(pem("apiserver.key"), "apiserver.key")));
        issue_all();
        expect_all_good();
    }
}

// The old certificate goes, then key and certificate come with three changes each.
TEST_F(IssueTest, ARepairOfALostKeyKilledAnywhereIsGoneOnWith) {
    issue_all();
    for (int changes = 1; changes <= 7; ++changes) {
        std::filesystem::remove(at("apiserver.key"));
        issue_and_kill(at(""), changes, [&] { issue_all(); });
        EXPECT_THAT(leaf().state, Ne(PkiState::broken)) << leaf().reason;
        issue_all();
        expect_all_good();
    }
}

} // namespace

} // namespace k8s_node::pki_test
