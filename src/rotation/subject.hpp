// A key that can be replaced by overlap, and the files by which it is.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/pki_spec.hpp"
#include "rotation/phase.hpp"
#include "support/files.hpp"

namespace k8s_node {

class Subject {
public:
    Subject() = default;
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;
    Subject(Subject&&) = delete;
    Subject& operator=(Subject&&) = delete;
    virtual ~Subject() = default;

    [[nodiscard]] virtual std::string name() const = 0;

    /// Throws Error(unsuitable) if the key cannot be replaced here.
    virtual void check() const = 0;

    /// Returns the phase that the files show a rotation to be in, for one whose record was lost;
    /// nullopt if they show none.
    [[nodiscard]] virtual std::optional<Phase> phase_of_files() const = 0;

    /// Returns the name that the new key gets, for its record; empty where it needs none.
    [[nodiscard]] virtual std::string name_of_new() const { return {}; }

    /// Returns the files that services read, absolute without the root: those services must restart
    /// after each phase.
    [[nodiscard]] virtual std::set<std::string> files() const = 0;

    /// Returns the files that exist only during a rotation.
    [[nodiscard]] virtual std::set<std::string> own_files() const { return {}; }

    /// Makes the files those of the phase. A killed run is repeated; in what it leaves, each file
    /// is either old or new, and every key is on disk before anything relies on it.
    virtual void reach(const Rotation& rotation) = 0;
};

inline constexpr const char* service_accounts = "service-accounts";
inline constexpr const char* encryption = "encryption";

[[nodiscard]] std::unique_ptr<Subject>
authority_subject(const PkiSpec& spec, const CertificateSpec& certificate, const Root& root);
[[nodiscard]] std::unique_ptr<Subject> key_pair_subject(const PkiSpec& spec,
                                                        const KeyPairSpec& pair, const Root& root);
[[nodiscard]] std::unique_ptr<Subject> encryption_subject(const EncryptionSpec& spec,
                                                          const Root& root);

/// Returns the CAs of these names, all of the node's for none. Throws Error(usage) for one that the
/// node does not have, and Error(unsuitable) if it has none.
[[nodiscard]] std::vector<std::unique_ptr<Subject>>
authority_subjects(const PkiSpec& spec, const std::vector<std::string>& names, const Root& root);

/// Returns the key of this name, service_accounts or encryption. Throws as authority_subjects().
[[nodiscard]] std::vector<std::unique_ptr<Subject>>
key_subjects(const PkiSpec& spec, const std::string& name, const Root& root);

} // namespace k8s_node
