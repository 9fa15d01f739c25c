#include <cerrno>
#include <chrono>
#include <unistd.h>

#include "pki/encryption.hpp"
#include "pki/key.hpp"
#include "pki/material.hpp"
#include "pki/pki.hpp"
#include "pki/signing.hpp"
#include "pki/validation.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr mode_t secret_mode = 0600;
constexpr mode_t public_mode = 0644;

FileAttributes ours(mode_t mode) {
    return {mode, ::geteuid(), ::getegid()};
}

/// Publishes a file that must not exist yet.
void create(const fs::path& path, std::string_view content, mode_t mode) {
    if (!create_file_atomically(path, content, ours(mode))) {
        throw Error(path.string() + " appeared while it was being created")
            .try_this("run the same command again");
    }
}

void create_or_replace(PkiState state, const fs::path& path, std::string_view content,
                       mode_t mode) {
    if (state == PkiState::missing) {
        create(path, content, mode);
    } else {
        write_file_atomically(path, content, ours(mode));
    }
}

void remove_file(const fs::path& path) {
    if (::unlink(path.c_str()) < 0) {
        throw system_error(errno, "remove " + path.string());
    }
    sync_directory(path.parent_path());
}

/// Returns all certificates as PEM, without anything else that the file of a CA may contain.
std::string certificates_to_pem(const std::vector<CertificateHandle>& certificates) {
    std::string pem;
    for (const auto& each : certificates) {
        pem += certificate_to_pem(each);
    }
    return pem;
}

/// Returns the existing key or else a new one, which is on disk before anything uses it.
KeyHandle obtain_key(const fs::path& path, KeyAlgorithm algorithm, const std::stop_token& stop) {
    if (auto key = load_key(path)) {
        return key;
    }
    auto key = create_key(algorithm, stop);
    make_directories(path.parent_path());
    create(path, key_to_pem(key), secret_mode);
    return key;
}

Validity validity_for(int days) {
    return validity_from(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
                         days);
}

std::string title_of(const PkiItem& item) {
    switch (item.kind) {
    case PkiKind::authority:
        return "the CA " + item.name;
    case PkiKind::key_pair:
        return "the key pair " + item.name;
    case PkiKind::kubeconfig:
        return "the kubeconfig " + item.name;
    case PkiKind::encryption_config:
        return "the encryption configuration " + item.name;
    case PkiKind::certificate:
        break;
    }
    return "the certificate " + item.name;
}

Error refusal(const PkiItem& item, const Root& root) {
    return Error(root.at(item.paths.front()).string() + ": " + item.reason).try_this(item.hint);
}

} // namespace

void Pki::judge_demand(PkiItem& item, const Authority& authority) const {
    if (item.state == PkiState::good && demanded_.contains(item.name) && authority.will_sign() &&
        is_ours(item.paths.front())) {
        item.state = PkiState::needs_renewal;
        item.reason = "its renewal is asked for";
    }
}

void Pki::issue(const PkiItem& item, const std::stop_token& stop) const {
    with_context("issuing " + title_of(item), [&] {
        const PkiItem found = observe(item.kind, item.name);
        if (found.state == PkiState::broken) {
            throw refusal(found, root_);
        }
        if (found.state == PkiState::missing || found.state == PkiState::needs_renewal) {
            make(found, stop);
        }
        // For every kind the last path is the secret one. A replaced file may be kept under
        // another name, with the mode that its owner gave it.
        if (const auto secret = root_.at(found.paths.back()); exposure_of(secret)) {
            close_access(secret);
        }
    });
}

void Pki::make(const PkiItem& item, const std::stop_token& stop) const {
    switch (item.kind) {
    case PkiKind::authority:
        return make_authority(certificate(item.name), stop);
    case PkiKind::certificate:
        return make_certificate(certificate(item.name), item.state, stop);
    case PkiKind::key_pair:
        return make_key_pair(key_pair(item.name), stop);
    case PkiKind::kubeconfig:
        return make_kubeconfig(kubeconfig(item.name), item.state, stop);
    case PkiKind::encryption_config:
        return make_encryption_config(encryption_config(item.name));
    }
}

void Pki::make_authority(const CertificateSpec& spec, const std::stop_token& stop) const {
    const auto paths = paths_of(spec_, spec);
    const auto key = obtain_key(root_.at(paths.key), spec_.key_algorithm, stop);
    const auto certificate = create_authority(spec, key, validity_for(spec_.authority_days));
    create(root_.at(paths.shown), certificate_to_pem(certificate), public_mode);
}

Authority Pki::signing_authority(const std::string& name) const {
    auto result = authority(name);
    if (result.credential.chain.empty() || !result.will_sign()) {
        throw Error("the CA " + result.certificate_path + " must be issued first");
    }
    return result;
}

void Pki::make_certificate(const CertificateSpec& spec, PkiState state,
                           const std::stop_token& stop) const {
    const auto signer = signing_authority(spec.authority);
    const auto paths = paths_of(spec_, spec);
    if (state == PkiState::needs_renewal && !load_key(root_.at(paths.key))) {
        // Without its key the certificate is useless, and with a new key it would be a mismatch
        // if the run ended here.
        remove_file(root_.at(paths.shown));
        state = PkiState::missing;
    }
    const auto key = obtain_key(root_.at(paths.key), spec_.key_algorithm, stop);
    const auto certificate =
        create_leaf(spec, key, signer.credential.chain.front(), signer.credential.key,
                    validity_for(spec_.certificate_days));
    create_or_replace(state, root_.at(paths.shown), certificate_to_pem(certificate), public_mode);
}

void Pki::make_key_pair(const KeyPairSpec& spec, const std::stop_token& stop) const {
    const auto paths = paths_of(spec_, spec);
    const auto key = obtain_key(root_.at(paths.key), spec_.key_algorithm, stop);
    create(root_.at(paths.shown), public_key_to_pem(key), public_mode);
}

/// A kubeconfig is one file, so key and certificate are both new each time.
void Pki::make_kubeconfig(const KubeconfigSpec& spec, PkiState state,
                          const std::stop_token& stop) const {
    const auto signer = signing_authority(spec.authority);
    const auto key = create_key(spec_.key_algorithm, stop);
    const auto client = create_leaf(client_of(spec), key, signer.credential.chain.front(),
                                    signer.credential.key, validity_for(spec_.certificate_days));
    const auto path = root_.at(spec.path);
    make_directories(path.parent_path());
    create_or_replace(state, path,
                      render_kubeconfig(spec, certificates_to_pem(signer.credential.chain),
                                        certificate_to_pem(client), key_to_pem(key)),
                      secret_mode);
}

void Pki::make_encryption_config(const EncryptionSpec& spec) const {
    const auto path = root_.at(spec.path);
    make_directories(path.parent_path());
    create(path, render_encryption_config(spec, random_key()), secret_mode);
}

} // namespace k8s_node
