#include <algorithm>
#include <chrono>
#include <unistd.h>

#include "pki/key.hpp"
#include "pki/material.hpp"
#include "pki/signing.hpp"
#include "rotation/next_key.hpp"
#include "rotation/subject.hpp"
#include "support/error.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

class AuthoritySubject final : public Subject {
public:
    AuthoritySubject(const PkiSpec& spec, const CertificateSpec& certificate, const Root& root)
        : spec_(spec), certificate_(certificate), root_(root), paths_(paths_of(spec, certificate)),
          key_(paths_.key, root) {}

    [[nodiscard]] std::string name() const override { return certificate_.name; }

    void check() const override;

    [[nodiscard]] std::optional<Phase> phase_of_files() const override { return key_.phase(); }

    [[nodiscard]] std::set<std::string> files() const override {
        return {paths_.shown.string(), paths_.key.string()};
    }

    [[nodiscard]] std::set<std::string> own_files() const override { return key_.own_files(); }

    void reach(const Rotation& rotation) override;

private:
    [[nodiscard]] Credential load() const {
        auto found = load_credential(root_, paths_);
        put_signer_first(found);
        return found;
    }
    void write(const std::vector<CertificateHandle>& bundle) const;
    void trust_both() const;
    void use_new() const;
    void trust_new() const;

    PkiSpec spec_;
    CertificateSpec certificate_;
    Root root_;
    PairPaths paths_;
    NextKey key_;
};

void AuthoritySubject::check() const {
    const auto found = load();
    const auto path = root_.at(paths_.shown).string();
    if (!found.key) {
        throw Error(path + " cannot be replaced here: its key is not on this machine (an external "
                           "CA)",
                    ExitStatus::unsuitable)
            .try_this("whoever has the key replaces it: put the new certificate beside the old "
                      "one in that file, and see Replacing keys in k8s-node-install(8)");
    }
    const auto verdict = judge_authority(
        found, {std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())});
    if (verdict.state == PkiState::broken || found.chain.empty()) {
        throw Error(path + " cannot be replaced: it " +
                        (found.chain.empty() ? "is missing" : verdict.reason),
                    ExitStatus::unsuitable)
            .try_this(verdict.hint.empty() ? "k8s-node-install repairs it" : verdict.hint);
    }
    if (X509_self_signed(found.chain.front().get(), /*verify_signature=*/1) != 1) {
        throw Error(path + " was signed by another CA, " + issuer_of(found.chain.front()) +
                        ", which has to sign its successor",
                    ExitStatus::unsuitable)
            .try_this("have it sign a new one, and put that beside the old one in that file");
    }
}

void AuthoritySubject::write(const std::vector<CertificateHandle>& bundle) const {
    std::string pem;
    for (const auto& each : bundle) {
        pem += certificate_to_pem(each);
    }
    write_file_atomically(root_.at(paths_.shown), pem, {0644, ::geteuid(), ::getegid()});
}

/// The certificate of the new key is the one in the file that belongs to it.
void AuthoritySubject::trust_both() const {
    const auto key = key_.obtain(spec_.key_algorithm);
    auto bundle = load().chain;
    if (std::ranges::any_of(bundle, [&](const auto& each) { return belongs_to(each, key); })) {
        return;
    }
    bundle.push_back(
        create_authority(certificate_, key, validity_from(utc_now(), spec_.authority_days)));
    write(bundle);
}

/// The new certificate comes first, so that nodes without the key see which one signs.
void AuthoritySubject::use_new() const {
    key_.take_place();
    write(load().chain);
}

/// Whatever else the site trusts in this file stays. A repeated run finds the old key forgotten.
void AuthoritySubject::trust_new() const {
    if (const auto old = key_.old()) {
        auto bundle = load().chain;
        std::erase_if(bundle, [&](const auto& each) { return belongs_to(each, old); });
        write(bundle);
        key_.forget_old();
    }
}

void AuthoritySubject::reach(const Rotation& rotation) {
    switch (rotation.phase) {
    case Phase::trust:
        return trust_both();
    case Phase::use:
        return use_new();
    case Phase::drop:
        return trust_new();
    }
}

} // namespace

std::unique_ptr<Subject> authority_subject(const PkiSpec& spec, const CertificateSpec& certificate,
                                           const Root& root) {
    return std::make_unique<AuthoritySubject>(spec, certificate, root);
}

} // namespace k8s_node
