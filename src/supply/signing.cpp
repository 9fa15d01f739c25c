#include "supply/signing.hpp"

#include <unistd.h>

#include "bundle/bundle.hpp"
#include "configuration/trust_policy.hpp"

namespace k8s_node {

namespace {

KeyEntry entry_of(const TrustedKey& key) {
    return {key.name, key.id, key.removed};
}

/// The signature of a bundle signs its manifest, which has the digests of the rest.
SignedText content_of(const std::filesystem::path& file, const TrustedKeys& keys) {
    if (is_bundle(file)) {
        return {BundleFile::open(file)->manifest_text(), read_signature(file)};
    }
    return read_signed_file(file, &keys);
}

} // namespace

std::string sign_file(const std::filesystem::path& file, const std::filesystem::path& key) {
    const auto private_key = read_private_key(read_file(key), key.string());
    const auto content =
        is_bundle(file) ? BundleFile::open(file)->manifest_text() : read_file(file);
    const auto signature = sign(private_key, content);
    write_file_atomically(std::filesystem::absolute(signature_path(file)),
                          signature_line(signature), {0644, ::geteuid(), ::getegid()});
    return signature.key;
}

KeyEntry verify_file(const std::filesystem::path& file, const Root& root) {
    const auto keys = TrustedKeys::read(root);
    const auto content = content_of(file, keys);
    return entry_of(keys.require(file.string(), content.text, content.signature));
}

std::vector<KeyEntry> list_keys(const Root& root) {
    const auto trusted = TrustedKeys::read(root);
    std::vector<KeyEntry> keys;
    for (const auto& key : trusted.all()) {
        keys.push_back(entry_of(key));
    }
    return keys;
}

} // namespace k8s_node
