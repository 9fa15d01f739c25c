// The keys, certificates, kubeconfigs and encryption keys of a node, in kubeadm's layout:
// observes what exists and creates what is missing.
//
// A key is on disk before the certificate that needs it, and a renewal keeps the key and replaces
// only the certificate, in one step. So a killed run leaves either a matching pair or a key
// without a certificate, with which the next run continues; never a mismatched pair. To replace a
// key, move its pair away.
#pragma once

#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/pki_spec.hpp"
#include "pki/item.hpp"
#include "support/files.hpp"

namespace k8s_node {

struct Authority;
struct Credential;
enum class Maker;

/// Which certificates and kubeconfigs may be replaced if they no longer match.
struct PkiOwnership {
    /// Paths that this program created; nullopt: it created everything.
    std::optional<std::set<std::string>> ours{};
    /// True if useless files that somebody else created may be replaced.
    bool replace_useless = false;
};

class Pki {
public:
    /// Throws Error (configuration) if a certificate or kubeconfig names a CA that is not in the
    /// spec before it.
    Pki(PkiSpec spec, Root root, PkiOwnership ownership = {});

    /// Returns every item with its state, in an order in which they can be issued: CAs before
    /// what they sign. Reads only. An item that cannot be read or parsed is `broken`, not an
    /// Error. Issue nothing while an item is broken: a broken leaf can mean that its CA was lost.
    [[nodiscard]] std::vector<PkiItem> observe() const;

    /// Has observe() and issue() treat these certificates and kubeconfigs, by their names, as due
    /// for renewal, however long they last. Those that are not ours, or cannot be signed here, stay
    /// as they are.
    void demand(std::set<std::string> names) { demanded_ = std::move(names); }

    /// True if this program created the file at this path.
    [[nodiscard]] bool is_ours(const std::filesystem::path& path) const;

    [[nodiscard]] const PkiSpec& spec() const noexcept { return spec_; }
    [[nodiscard]] const Root& root() const noexcept { return root_; }

    /// Like observe(), but for one item. Throws Error if the spec has no such item.
    [[nodiscard]] PkiItem observe(PkiKind kind, std::string_view name) const;

    /// Converges the item: observes it again, creates what is missing, renews what needs it,
    /// restricts access to an exposed key; does nothing if it is usable. Never replaces a key, a
    /// CA or a broken item: throws Error then. Items that do not sign one another may be issued
    /// from several threads. Once `stop` is requested, a key that is being made is given up, by
    /// Cancelled.
    void issue(const PkiItem& item, const std::stop_token& stop = {}) const;

private:
    [[nodiscard]] const CertificateSpec& certificate(std::string_view name) const;
    [[nodiscard]] const KeyPairSpec& key_pair(std::string_view name) const;
    [[nodiscard]] const KubeconfigSpec& kubeconfig(std::string_view path) const;
    [[nodiscard]] const EncryptionSpec& encryption_config(std::string_view path) const;
    [[nodiscard]] Authority authority(const std::string& name) const;
    [[nodiscard]] PkiItem observe(const CertificateSpec& spec, const Authority& authority) const;
    [[nodiscard]] PkiItem observe(const KeyPairSpec& spec) const;
    [[nodiscard]] PkiItem observe(const KubeconfigSpec& spec, const Authority& authority) const;
    [[nodiscard]] PkiItem observe(const EncryptionSpec& spec) const;
    [[nodiscard]] Authority signing_authority(const std::string& name) const;
    void make(const PkiItem& item, const std::stop_token& stop) const;
    void make_authority(const CertificateSpec& spec, const std::stop_token& stop) const;
    void make_certificate(const CertificateSpec& spec, PkiState state,
                          const std::stop_token& stop) const;
    void make_key_pair(const KeyPairSpec& spec, const std::stop_token& stop) const;
    void make_kubeconfig(const KubeconfigSpec& spec, PkiState state,
                         const std::stop_token& stop) const;
    void make_encryption_config(const EncryptionSpec& spec) const;

    [[nodiscard]] Maker maker_of(const std::filesystem::path& path) const;
    void judge_demand(PkiItem& item, const Authority& authority) const;
    void require_own_names(PkiItem& item, const CertificateSpec& spec,
                           const Credential& found) const;

    PkiSpec spec_;
    Root root_;
    PkiOwnership ownership_;
    std::set<std::string> demanded_;
};

} // namespace k8s_node
