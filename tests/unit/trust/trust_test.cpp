#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "support/error.hpp"
#include "support/handle.hpp"
#include "trust/trusted_keys.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* text = "release: 1.36.5\nartifacts: {}\n";

std::string pem_of(const Ed25519Key& key, bool is_private) {
    const CHandle<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
    if (is_private) {
        PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    } else {
        PEM_write_bio_PUBKEY(out.get(), key.get());
    }
    char* data = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

Ed25519Key new_key() {
    return Ed25519Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

/// A machine that trusts one key.
class Trust : public ::testing::Test {
protected:
    Trust() { trust("site.pub", key_); }

    void trust(const std::string& name, const Ed25519Key& key) {
        machine_.write("/etc/k8s-node/trust.d/" + name, pem_of(key, false));
    }
    void forget(const std::string& name) {
        std::filesystem::remove(machine_.path() / "etc/k8s-node/trust.d" / name);
    }
    std::string signer(const std::optional<Signature>& signature, std::string_view of = text) {
        return TrustedKeys::read(Root(machine_.path())).require("1.yaml", of, signature).name;
    }
    std::string refusal(const std::optional<Signature>& signature, std::string_view of = text) {
        try {
            return "no refusal: " + signer(signature, of);
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::verification);
            EXPECT_NE(error.hint(), "");
            return error.message();
        }
    }
    std::string unusable() {
        try {
            static_cast<void>(TrustedKeys::read(Root(machine_.path())));
        } catch (const Error& error) {
            EXPECT_EQ(error.status(), ExitStatus::configuration);
            return error.message();
        }
        return "no refusal";
    }

    test::TemporaryDirectory machine_;
    Ed25519Key key_ = new_key();
    Ed25519Key other_ = new_key();
};

TEST_F(Trust, ASignatureByATrustedKeyIsAccepted) {
    EXPECT_EQ(signer(sign(key_, text)), "site");
}

TEST_F(Trust, WhatIsNotSignedIsRefused) {
    EXPECT_THAT(refusal(std::nullopt), HasSubstr("1.yaml is not signed"));
}

TEST_F(Trust, AStrangersSignatureIsRefusedWithTheIdOfTheKey) {
    EXPECT_THAT(refusal(sign(other_, text)),
                AllOf(HasSubstr("stranger"), HasSubstr(key_id(other_))));
}

TEST_F(Trust, OtherBytesThanTheSignedOnesAreRefused) {
    const auto signature = sign(key_, text);
    EXPECT_THAT(refusal(signature, "release: 1.36.6\n"), HasSubstr("does not fit"));
    auto damaged = signature;
    damaged.bytes[7] = static_cast<char>(damaged.bytes[7] ^ 1);
    EXPECT_THAT(refusal(damaged), HasSubstr("does not fit"));
    damaged = sign(other_, text);
    damaged.key = signature.key;
    EXPECT_THAT(refusal(damaged), HasSubstr("does not fit"));
}

TEST_F(Trust, KeysAreRotatedByAnOverlapAndRevokedByRemoval) {
    const auto before = sign(key_, text);
    const auto after = sign(other_, text);
    trust("next.pub", other_);
    EXPECT_EQ(signer(before), "site");
    EXPECT_EQ(signer(after), "next");
    forget("site.pub");
    EXPECT_THAT(refusal(before), HasSubstr("not, or no longer"));
    EXPECT_EQ(signer(after), "next");
    trust("site.pub.removed", key_);
    EXPECT_THAT(refusal(before),
                HasSubstr("the key 'site' (" + key_id(key_) + "), which was removed"));
}

TEST_F(Trust, AFileThatIsNoKeyIsNotPassedOver) {
    machine_.write("/etc/k8s-node/trust.d/bad.pub", "not a key");
    EXPECT_THAT(unusable(), HasSubstr("bad.pub is not a PEM file of an Ed25519 public key"));
    const Ed25519Key rsa(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}));
    machine_.write("/etc/k8s-node/trust.d/bad.pub", pem_of(rsa, false));
    EXPECT_THAT(unusable(), HasSubstr("bad.pub is not a PEM file of an Ed25519 public key"));
}

TEST_F(Trust, AKeyThatOthersCanChangeIsNotTrusted) {
    std::filesystem::permissions(machine_.path() / "etc/k8s-node/trust.d/site.pub",
                                 std::filesystem::perms(0664));
    EXPECT_THAT(unusable(), HasSubstr("site.pub can be changed by others"));
}

TEST_F(Trust, KeysAreReadFromPem) {
    const auto key = read_private_key(pem_of(key_, true), "site.key");
    EXPECT_EQ(sign(key, text), sign(key_, text));
    EXPECT_THROW(static_cast<void>(read_private_key(pem_of(key_, false), "site.pub")), Error);
}

TEST_F(Trust, ASignatureIsReadFromTheFileBeside) {
    const auto file = machine_.path() / "1.yaml";
    EXPECT_FALSE(read_signature(file));
    const auto signature = sign(key_, text);
    machine_.write("/1.yaml.sig", signature_line(signature));
    EXPECT_EQ(read_signature(file), signature);
    for (const auto* damaged : {"", "k8s-node-signature:", "k8s-node-signature: a b\n"}) {
        machine_.write("/1.yaml.sig", damaged);
        EXPECT_THROW(static_cast<void>(read_signature(file)), Error) << damaged;
    }
}

TEST_F(Trust, ASignatureTravelsInTheLastLineOfAFile) {
    const auto signature = sign(key_, text);
    const auto both = with_signature({text, signature});
    EXPECT_THAT(both, ::testing::StartsWith(std::string(text) + "# k8s-node-signature: "));
    const auto again = split_signature(both);
    EXPECT_EQ(again.text, text);
    EXPECT_EQ(again.signature, signature);
    EXPECT_EQ(with_signature({text, {}}), text);
    for (const auto& none :
         {std::string(text), both + "more: 1\n", both + "\n", both.substr(0, both.size() - 1)}) {
        EXPECT_FALSE(split_signature(none).signature) << none;
        EXPECT_EQ(split_signature(none).text, none);
    }
}

} // namespace
} // namespace k8s_node
