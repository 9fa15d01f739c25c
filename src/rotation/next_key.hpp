// The file of a private key, the one that will replace it, and the one that was replaced.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "model/pki_spec.hpp"
#include "pki/openssl.hpp"
#include "rotation/phase.hpp"
#include "support/files.hpp"

namespace k8s_node {

class NextKey {
public:
    /// `path` is that of the key, absolute without the root: "/etc/kubernetes/pki/ca.key". The new
    /// one is "ca.next.key" until it takes its place, the old one "ca.old.key" from then on.
    NextKey(const std::filesystem::path& path, Root root);

    [[nodiscard]] std::filesystem::path next() const { return root_.at(next_); }
    [[nodiscard]] std::set<std::string> own_files() const { return {next_, old_}; }

    /// Returns the phase that these files show; nullopt for the key alone.
    [[nodiscard]] std::optional<Phase> phase() const;

    /// Returns the new key, which is made and on disk if there was none.
    [[nodiscard]] KeyHandle obtain(KeyAlgorithm algorithm) const;

    /// Lets the new key take the place of the old one in one step, and keeps that. Does nothing if
    /// it has its place already.
    void take_place() const;

    /// Returns the key that was replaced; a null handle if it is forgotten.
    [[nodiscard]] KeyHandle old() const;

    void forget_old() const;

private:
    Root root_;
    std::string path_;
    std::string next_;
    std::string old_;
};

} // namespace k8s_node
