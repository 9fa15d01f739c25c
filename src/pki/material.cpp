#include "pki/material.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pki/key.hpp"
#include "support/file_kinds.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

std::vector<CertificateHandle> load_certificates(const fs::path& path) {
    const auto pem = read_regular_file_if_exists(path);
    return pem ? parse_certificates(*pem, path.string()) : std::vector<CertificateHandle>();
}

PairPaths pair_in(const PkiSpec& spec, const std::string& name, const char* shown_suffix) {
    const fs::path directory(spec.directory);
    return {directory / (name + ".key"), directory / (name + shown_suffix)};
}

} // namespace

PairPaths paths_of(const PkiSpec& spec, const CertificateSpec& certificate) {
    return pair_in(spec, certificate.name, ".crt");
}

PairPaths paths_of(const PkiSpec& spec, const KeyPairSpec& pair) {
    return pair_in(spec, pair.name, ".pub");
}

Credential load_credential(const Root& root, const PairPaths& paths) {
    return {load_certificates(root.at(paths.shown)), load_key(root.at(paths.key))};
}

KeyHandle load_key(const fs::path& path) {
    const auto pem = read_regular_file_if_exists(path);
    return pem ? parse_key(*pem, path.string()) : KeyHandle();
}

std::vector<KeyHandle> load_public_keys(const fs::path& path) {
    const auto pem = read_regular_file_if_exists(path);
    return pem ? parse_public_keys(*pem, path.string()) : std::vector<KeyHandle>();
}

std::optional<KubeconfigMaterial> load_kubeconfig(const Root& root, const std::string& path,
                                                  std::span<const CertificateHandle> known) {
    auto content = read_kubeconfig_if_exists(path, root);
    if (!content) {
        return std::nullopt;
    }
    KubeconfigMaterial material;
    material.content = *std::move(content);
    const auto& [authority, certificate, key] = material.content.origins;
    material.trusted = parse_certificates(material.content.certificate_authority, authority, known);
    if (!material.content.client_certificate.empty()) {
        material.client.chain =
            parse_certificates(material.content.client_certificate, certificate);
        material.client.key = parse_key(material.content.client_key, key);
    }
    return material;
}

std::optional<std::string> exposure_of(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        throw system_error(errno, "stat " + path.string());
    }
    if ((status.st_mode & 0077U) != 0) {
        return path.string() + " is accessible to users other than its owner; replace it if one of "
                               "them is not trusted";
    }
    if (status.st_uid != ::geteuid()) {
        return path.string() + " belongs to user " + std::to_string(status.st_uid) +
               ", not to the user who runs this";
    }
    return std::nullopt;
}

void close_access(const fs::path& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        throw system_error(errno, "open " + path.string());
    }
    if (::fchown(fd.get(), ::geteuid(), ::getegid()) < 0) {
        throw system_error(errno, "change the owner of " + path.string());
    }
    if (::fchmod(fd.get(), 0600) < 0) {
        throw system_error(errno, "change the mode of " + path.string());
    }
    if (::fsync(fd.get()) < 0) {
        throw system_error(errno, "sync " + path.string());
    }
}

} // namespace k8s_node
