#include "trust/trusted_keys.hpp"

#include <algorithm>
#include <unistd.h>

#include "support/error.hpp"
#include "support/file_kinds.hpp"

namespace k8s_node {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".pub";
constexpr std::string_view removed_suffix = ".pub.removed";
constexpr mode_t writable_by_others = 0022;

void require_own(const fs::path& path) {
    const auto attributes = attributes_of(path);
    if (!attributes) {
        return;
    }
    const bool is_own = attributes->uid == 0 || attributes->uid == ::geteuid();
    if (!is_own || (attributes->mode & writable_by_others) != 0) {
        throw Error(path.string() + " can be changed by others than root, so that nothing that it "
                                    "says can be trusted",
                    ExitStatus::configuration)
            .try_this("chown root " + path.string() + "; chmod go-w " + path.string());
    }
}

TrustedKey read_key(const fs::path& path, std::string_view ending, bool removed) {
    require_own(path);
    const auto text = read_regular_file_if_exists(path);
    auto key = read_public_key(text.value_or(""), path.string());
    auto name = path.filename().string();
    name.resize(name.size() - ending.size());
    auto id = key_id(key);
    return {std::move(name), std::move(id), removed, std::move(key)};
}

} // namespace

TrustedKeys TrustedKeys::read(const Root& root) {
    TrustedKeys keys;
    const auto directory = root.at(paths::trust);
    require_own(directory);
    for (const auto& path : directory_entries(directory)) {
        const auto name = path.filename().string();
        if (name.ends_with(suffix)) {
            keys.keys_.push_back(read_key(path, suffix, false));
        } else if (name.ends_with(removed_suffix)) {
            keys.keys_.push_back(read_key(path, removed_suffix, true));
        }
    }
    std::ranges::sort(keys.keys_, {}, &TrustedKey::name);
    return keys;
}

std::string TrustedKeys::stranger(const std::string& id) const {
    const auto removed = std::ranges::find_if(
        keys_, [&](const TrustedKey& key) { return key.removed && key.id == id; });
    return removed != keys_.end()
               ? "is signed by the key '" + removed->name + "' (" + id + "), which was removed"
               : "is signed by a stranger: the key " + id + " is not, or no longer, in " +
                     paths::trust;
}

const TrustedKey& TrustedKeys::require(const std::string& what, std::string_view bytes,
                                       const std::optional<Signature>& signature) const {
    if (!signature) {
        throw Error(what + " is not signed, and this machine requires signatures",
                    ExitStatus::verification)
            .try_this("sign it where the key is: k8s-node-install trust sign --key KEY FILE");
    }
    const auto found = std::ranges::find_if(
        keys_, [&](const TrustedKey& key) { return !key.removed && key.id == signature->key; });
    if (found == keys_.end()) {
        throw Error(what + " " + stranger(signature->key), ExitStatus::verification)
            .try_this("see 'k8s-node-install trust list'; if you trust that key, put its NAME.pub "
                      "into " +
                      std::string(paths::trust) + "; if not, find out who signed this");
    }
    if (!fits(*signature, found->key, bytes)) {
        throw Error(what + " has a signature by '" + found->name +
                        "' that does not fit: one of them was changed or damaged",
                    ExitStatus::verification)
            .try_this("copy the file and its signature again; if the file was changed on purpose, "
                      "sign it again");
    }
    return *found;
}

bool TrustedKeys::accept(const SignedText& text) const {
    return text.signature && std::ranges::any_of(keys_, [&](const TrustedKey& key) {
               return !key.removed && key.id == text.signature->key &&
                      fits(*text.signature, key.key, text.text);
           });
}

fs::path signature_path(const fs::path& file) {
    return file.string() + ".sig";
}

std::optional<Signature> read_signature(const fs::path& file) {
    const auto path = signature_path(file);
    const auto text = read_regular_file_if_exists(path);
    if (!text) {
        return std::nullopt;
    }
    auto signature = parse_signature(*text);
    if (!signature) {
        throw Error("the signature " + path.string() +
                        " is damaged: it is not what "
                        "'k8s-node-install trust sign' writes",
                    ExitStatus::verification)
            .try_this("copy it again, or sign the file again");
    }
    return signature;
}

} // namespace k8s_node
