// The files of a rotation in each phase, and after a kill at any change of a file.
#include <gtest/gtest.h>

#include "pki/key.hpp"
#include "pki/material.hpp"
#include "rotation/rotation_state.hpp"
#include "rotation/subject.hpp"
#include "rotation/two_authorities.hpp"
#include "support/error.hpp"
#include "unit/pki/fixture.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;

class SubjectTest : public pki_test::PkiTest {
protected:
    SubjectTest() { issue_all(); }

    [[nodiscard]] std::unique_ptr<Subject> authority(const std::string& name = "ca") const {
        return std::move(authority_subjects(spec_, {name}, root_).front());
    }
    [[nodiscard]] std::unique_ptr<Subject> accounts() const {
        return std::move(key_subjects(spec_, service_accounts, root_).front());
    }
    static void reach(Subject& subject, Phase phase) {
        subject.reach({subject.name(), phase, false, {}, {}});
    }
    [[nodiscard]] std::size_t trusted(const std::string& name = "ca.crt") const {
        return parse_certificates(pem(name), name).size();
    }
    [[nodiscard]] std::string refusal(const Subject& subject) const {
        try {
            subject.check();
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::unsuitable);
            return error.message();
        }
        return {};
    }
    void renew_all() const {
        for (const auto& item : pki().observe()) {
            pki().issue(item);
        }
    }
};

TEST_F(SubjectTest, BothAreTrustedWhileTheOldOneSigns) {
    const auto old = pem("ca.crt");
    reach(*authority(), Phase::trust);
    EXPECT_EQ(trusted(), 2U);
    EXPECT_TRUE(pem("ca.crt").starts_with(old));
    EXPECT_EQ(leaf().state, PkiState::good);
    const auto admin = look(PkiKind::kubeconfig, "/etc/kubernetes/admin.conf");
    EXPECT_EQ(admin.state, PkiState::needs_renewal);
    EXPECT_NE(admin.reason.find("does not trust"), std::string::npos);
    renew_all();
    expect_all_good();
    EXPECT_EQ(mode("ca.next.key"), 0600U);
}

TEST_F(SubjectTest, ThenWhatTheOldOneSignedIsDueAtOnce) {
    reach(*authority(), Phase::trust);
    const auto next = pem("ca.next.key");
    reach(*authority(), Phase::use);
    EXPECT_EQ(pem("ca.key"), next);
    EXPECT_EQ(trusted(), 2U);
    EXPECT_TRUE(belongs_to(certificate("ca.crt"), load_key(at("ca.key"))))
        << "the new one is first";
    EXPECT_EQ(leaf().state, PkiState::needs_renewal);
    EXPECT_EQ(leaf().reason, "was signed by the CA that another one replaces");
    EXPECT_EQ(leaf("etcd/server").state, PkiState::good) << "another CA is not touched";
    renew_all();
    expect_all_good();
}

TEST_F(SubjectTest, ThenTheNewOneAloneIsTrusted) {
    auto subject = authority();
    for (const auto phase : {Phase::trust, Phase::use, Phase::drop}) {
        reach(*subject, phase);
        renew_all();
        expect_all_good();
    }
    EXPECT_EQ(trusted(), 1U);
    EXPECT_EQ(parse_certificates(
                  read_kubeconfig("/etc/kubernetes/admin.conf", root_).certificate_authority, "")
                  .size(),
              1U);
    for (const auto& path : subject->own_files()) {
        EXPECT_FALSE(path_exists(root_.at(path))) << path;
    }
    EXPECT_EQ(subject->phase_of_files(), std::nullopt);
}

TEST_F(SubjectTest, AnotherAuthorityThatTheSiteTrustsStays) {
    const auto other = certificate_to_pem(pki_test::make_test_authority("site").certificate);
    const auto old = pem("ca.crt");
    put("ca.crt", old + other);
    for (const auto phase : {Phase::trust, Phase::use, Phase::drop}) {
        reach(*authority(), phase);
        EXPECT_NE(pem("ca.crt").find(other), std::string::npos) << to_text(phase);
    }
    EXPECT_EQ(trusted(), 2U);
    EXPECT_EQ(pem("ca.crt").find(old), std::string::npos);
    EXPECT_TRUE(belongs_to(certificate("ca.crt"), load_key(at("ca.key"))));
}

TEST_F(SubjectTest, EachPhaseMayBeRepeated) {
    auto subject = authority("etcd/ca");
    for (const auto phase : {Phase::trust, Phase::use, Phase::drop}) {
        reach(*subject, phase);
        const auto once = snapshot();
        reach(*subject, phase);
        EXPECT_EQ(snapshot(), once) << to_text(phase);
    }
}

// A kill leaves one of the files that a phase writes, in their order.
TEST_F(SubjectTest, AKilledRunIsContinuedFromAnyOfItsFiles) {
    reach(*authority(), Phase::trust);
    const auto next = pem("ca.next.key");
    put("ca.crt", certificate_to_pem(certificate("ca.crt")));
    reach(*authority(), Phase::trust);
    EXPECT_EQ(pem("ca.next.key"), next) << "the key that was made is not made again";
    EXPECT_EQ(trusted(), 2U);
    fs::rename(at("ca.next.key"), at("ca.key")); // before the order of ca.crt was changed
    EXPECT_EQ(look(PkiKind::authority, "ca").state, PkiState::good) << "never a pair that is none";
    reach(*authority(), Phase::use);
    EXPECT_TRUE(belongs_to(certificate("ca.crt"), load_key(at("ca.key"))));
}

TEST_F(SubjectTest, TheFilesTellThePhaseOfALostRecord) {
    EXPECT_EQ(authority()->phase_of_files(), std::nullopt);
    reach(*authority(), Phase::trust);
    EXPECT_EQ(authority()->phase_of_files(), Phase::trust);
    reach(*authority(), Phase::use);
    EXPECT_EQ(authority()->phase_of_files(), Phase::use);
}

TEST_F(SubjectTest, AnExternalAuthorityIsItsOwnersToReplace) {
    EXPECT_EQ(refusal(*authority()), "");
    fs::remove(at("ca.key"));
    EXPECT_NE(refusal(*authority()).find("external CA"), std::string::npos);
}

TEST_F(SubjectTest, AnAuthorityOfAnotherOneIsNotReplacedByItsOwnSuccessor) {
    const auto above = pki_test::make_test_authority("company");
    auto spec = spec_.certificates.front();
    const auto key = load_key(at("ca.key"));
    auto request = create_authority(spec, key, validity_from(pki_test::now(), 10));
    X509_set_issuer_name(request.get(), X509_get_subject_name(above.certificate.get()));
    X509_sign(request.get(), above.key.get(), EVP_sha256());
    put("ca.crt", certificate_to_pem(request));
    EXPECT_NE(refusal(*authority()).find("signed by another CA"), std::string::npos);
}

TEST_F(SubjectTest, WhatTheNodeDoesNotHaveIsRefused) {
    const auto status_of = [](const auto& ask) {
        try {
            ask();
        } catch (const Error& error) {
            return error.status();
        }
        return ExitStatus::success;
    };
    EXPECT_EQ(status_of([&] { static_cast<void>(authority_subjects(spec_, {"no-ca"}, root_)); }),
              ExitStatus::usage);
    EXPECT_EQ(
        status_of([&] { static_cast<void>(authority_subjects(spec_, {"apiserver"}, root_)); }),
        ExitStatus::usage);
    EXPECT_EQ(status_of([&] { static_cast<void>(key_subjects(spec_, "password", root_)); }),
              ExitStatus::usage);
    EXPECT_EQ(status_of([&] { static_cast<void>(authority_subjects(PkiSpec{}, {}, root_)); }),
              ExitStatus::unsuitable);
    EXPECT_EQ(authority_subjects(spec_, {}, root_).size(), 2U) << "all that there are";
}

TEST_F(SubjectTest, TokensOfBothKeysAreAcceptedUntilTheOldOneIsDropped) {
    const auto keys = [&] { return load_public_keys(at("sa.pub")); };
    const auto old = load_key(at("sa.key"));
    reach(*accounts(), Phase::trust);
    EXPECT_EQ(keys().size(), 2U);
    EXPECT_TRUE(same_key(load_key(at("sa.key")), old));
    reach(*accounts(), Phase::use);
    EXPECT_EQ(keys().size(), 2U);
    EXPECT_FALSE(same_key(load_key(at("sa.key")), old));
    reach(*accounts(), Phase::drop);
    ASSERT_EQ(keys().size(), 1U);
    EXPECT_TRUE(same_key(keys().front(), load_key(at("sa.key"))));
    expect_all_good();
}

TEST_F(SubjectTest, TheKeyOfEncryptionIsReplacedAndNothingElseInItsFile) {
    spec_.encryption_configs = {{"/etc/kubernetes/pki/encryption-config.yaml"}};
    issue_all();
    auto subject = std::move(key_subjects(spec_, encryption, root_).front());
    subject->check();
    EXPECT_EQ(subject->name_of_new(), "key2");
    const auto file = "encryption-config.yaml";
    const auto before = pem(file);
    subject->reach({encryption, Phase::trust, false, {}, "key2"});
    const auto both = pem(file);
    subject->reach({encryption, Phase::trust, false, {}, "key2"});
    EXPECT_EQ(pem(file), both);
    subject->reach({encryption, Phase::use, false, {}, "key2"});
    EXPECT_LT(pem(file).find("key2"), pem(file).find("key1"));
    subject->reach({encryption, Phase::drop, false, {}, "key2"});
    EXPECT_EQ(pem(file).find("key1"), std::string::npos);
    EXPECT_EQ(mode(file), 0600U);
    expect_all_good();
}

TEST_F(SubjectTest, OfTwoKeysOfEncryptionWithoutARecordNoneIsTakenForTheNewOne) {
    spec_.encryption_configs = {{"/etc/kubernetes/pki/encryption-config.yaml"}};
    issue_all();
    auto subject = std::move(key_subjects(spec_, encryption, root_).front());
    EXPECT_EQ(subject->phase_of_files(), std::nullopt);
    subject->reach({encryption, Phase::trust, false, {}, "key2"});
    EXPECT_THROW(static_cast<void>(subject->phase_of_files()), Error);
}

TEST(TwoAuthorities, AnOlderControllerManagerIsNotGivenBoth) {
    Generation generation;
    generation.files["units/etcd.service"] = "ExecStart=etcd";
    EXPECT_TRUE(works_with_two_authorities(generation));
    auto& unit = generation.files["units/kube-controller-manager.service"];
    unit = "ExecStart=kcm --cluster-signing-cert-file=%d/ca.crt";
    EXPECT_FALSE(works_with_two_authorities(generation));
    const test::TemporaryDirectory directory;
    const Root root(directory.path());
    EXPECT_NO_THROW(require_works_now(generation, root));
    write_rotations(root, {{"ca", Phase::use, true, {}, {}}});
    EXPECT_THROW(require_works_now(generation, root), Error);
    unit += "\nExecStartPre=k8s-node-install pick-signer /run/signer.crt";
    EXPECT_NO_THROW(require_works_now(generation, root));
}

} // namespace
} // namespace k8s_node
