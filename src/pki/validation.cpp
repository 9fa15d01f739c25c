#include "pki/validation.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "pki/key.hpp"
#include "pki/mismatch.hpp"

namespace k8s_node {

namespace {

constexpr const char* replace_hint =
    "restore the matching pair, or move both files away to have new ones created";

Verdict broken(std::string reason, std::string hint) {
    return {PkiState::broken, std::move(reason), std::move(hint)};
}

/// A certificate from the future far more often means a clock in the past than a wrong
/// certificate, and a new one would be wrong as well.
std::optional<Verdict> refuse_future(const Validity& validity, const Clock& clock) {
    if (clock.now >= validity.not_before) {
        return std::nullopt;
    }
    auto verdict = broken("is valid only from " + format_time(validity.not_before) +
                              ", but it is now " + format_time(clock.now),
                          "set this machine's clock");
    verdict.is_early = true;
    return verdict;
}

std::optional<Verdict> refuse_mismatch(const Credential& found) {
    if (!found.key || belongs_to(found.chain.front(), found.key)) {
        return std::nullopt;
    }
    return broken("its key does not belong to it", replace_hint);
}

std::optional<Verdict> refuse_stranger(const Credential& found, const Authority& authority) {
    const auto reason = distrust_reason(found.chain, authority.credential.chain);
    if (!reason) {
        return std::nullopt;
    }
    return broken("was not signed by " + authority.certificate_path + " (" + *reason +
                      "); its issuer is " + issuer_of(found.chain.front()),
                  "supply one signed by that CA, or move it away to have a new one created");
}

/// A leaf cannot be judged if its CA is not usable.
std::optional<Verdict> refuse_authority(const Credential& found, const Authority& authority) {
    if (authority.verdict.state == PkiState::broken) {
        auto verdict = broken("its CA " + authority.certificate_path +
                                  " cannot be used: " + authority.verdict.reason,
                              authority.verdict.hint);
        verdict.is_early = authority.verdict.is_early;
        return verdict;
    }
    if (authority.credential.chain.empty() && !found.chain.empty()) {
        return broken("its CA " + authority.certificate_path + " is missing",
                      "restore the CA, or move away what it signed to start over with a new one");
    }
    return std::nullopt;
}

Verdict absence(const KeyHandle& key, std::string_view what_lacks) {
    if (!key) {
        return {PkiState::missing, "", ""};
    }
    return {PkiState::missing,
            "its private key exists, but the " + std::string(what_lacks) +
                " is missing: an earlier run was interrupted",
            ""};
}

Verdict absence_of_leaf(const Credential& found, const Authority& authority) {
    if (authority.will_sign()) {
        return absence(found.key, "certificate");
    }
    return broken("is missing and cannot be signed: " + authority.key_path + " is not here",
                  "supply it, or the key of the CA");
}

/// Problems that a renewal must not hide: a foreign certificate, a wrong key, a wrong clock.
std::optional<Verdict> refuse(const Credential& found, const Authority& authority,
                              const Clock& clock) {
    if (auto verdict = refuse_stranger(found, authority)) {
        return verdict;
    }
    if (auto verdict = refuse_mismatch(found)) {
        return verdict;
    }
    return refuse_future(validity_of(found.chain.front()), clock);
}

/// A certificate that somebody else created stays as long as it serves, whatever ours would be.
Verdict judge_others(Mismatch mismatch, Maker maker, const Authority& authority) {
    if (mismatch.serves) {
        return {PkiState::kept, std::move(mismatch.reason), ""};
    }
    if (maker == Maker::other_replaceable && authority.will_sign()) {
        return {PkiState::needs_renewal, std::move(mismatch.reason), ""};
    }
    return broken(std::move(mismatch.reason) + ", and k8s-node-install did not create it",
                  "supply a matching one, or move it away to have a new one created, or run with "
                  "--force, which keeps the old one as *.before-k8s-node");
}

Verdict renewal(Mismatch mismatch, const Credential& found, const Authority& authority) {
    if (found.maker != Maker::us) {
        return judge_others(std::move(mismatch), found.maker, authority);
    }
    auto& reason = mismatch.reason;
    if (authority.will_sign()) {
        return {PkiState::needs_renewal, std::move(reason), ""};
    }
    return broken(std::move(reason) + ", and " + authority.key_path +
                      " is not here to sign a new one",
                  "supply a matching one, or the CA's key");
}

bool are_in(const std::vector<CertificateHandle>& some, const std::vector<CertificateHandle>& all) {
    return std::all_of(some.begin(), some.end(), [&](const auto& one) {
        return std::any_of(all.begin(), all.end(),
                           [&](const auto& other) { return same_certificate(one, other); });
    });
}

std::optional<Mismatch> connection_mismatch(const KubeconfigSpec& wanted, const Kubeconfig& found,
                                            const std::vector<CertificateHandle>& trusted,
                                            const Authority& authority) {
    if (found.server != without_last_slashes(wanted.server)) {
        return Mismatch{"points at " + found.server + " instead of " + wanted.server};
    }
    if (found.tls_server_name != wanted.tls_server_name) {
        const auto said = [](const std::string& name) {
            return name.empty() ? "no other name" : "the name " + name;
        };
        return Mismatch{"expects " + said(found.tls_server_name) +
                        " in the server's certificate instead of " + said(wanted.tls_server_name)};
    }
    const auto& wanted_trust = authority.credential.chain;
    if (!are_in(wanted_trust, trusted)) {
        return Mismatch{"does not trust " + authority.certificate_path};
    }
    if (!are_in(trusted, wanted_trust)) {
        return Mismatch{"trusts a CA that is not in " + authority.certificate_path};
    }
    return std::nullopt;
}

/// A valid kubeconfig for another user is the operator's choice.
Verdict judge_other_user(const CertificateHandle& found, const Clock& clock) {
    const auto end = validity_of(found).not_after;
    if (clock.now >= end) {
        return broken("is for the user '" + common_name_of(found) + "' and expired on " +
                          format_time(end),
                      "replace it, or move it away to have a new one created");
    }
    return {PkiState::kept, "is for the user '" + common_name_of(found) + "'", ""};
}

} // namespace

bool Authority::will_sign() const {
    return credential.key ? verdict.state != PkiState::broken : verdict.state == PkiState::missing;
}

void put_signer_first(Credential& found) {
    const auto signer = std::find_if(found.chain.begin(), found.chain.end(), [&](const auto& each) {
        return found.key && belongs_to(each, found.key);
    });
    if (signer != found.chain.end()) {
        std::rotate(found.chain.begin(), signer, std::next(signer));
    }
}

Verdict judge_authority(const Credential& found, const Clock& clock) {
    if (found.chain.empty()) {
        return absence(found.key, "certificate");
    }
    const auto& certificate = found.chain.front();
    if (!may_sign(certificate)) {
        return broken("is not a CA certificate", "supply a certificate with CA:TRUE");
    }
    if (auto verdict = refuse_mismatch(found)) {
        return *verdict;
    }
    const auto validity = validity_of(certificate);
    if (auto verdict = refuse_future(validity, clock)) {
        return *verdict;
    }
    if (clock.now >= validity.not_after) {
        return broken("expired on " + format_time(validity.not_after),
                      "a CA is never replaced automatically: supply a new CA and what it signs");
    }
    if (!found.key) {
        return {PkiState::kept, "its key is not here, so it cannot sign anything", ""};
    }
    return {};
}

Verdict judge_certificate(const CertificateSpec& wanted, const Credential& found,
                          const Authority& authority, const Clock& clock) {
    if (auto verdict = refuse_authority(found, authority)) {
        return *verdict;
    }
    if (found.chain.empty()) {
        return absence_of_leaf(found, authority);
    }
    if (auto verdict = refuse(found, authority, clock)) {
        return *verdict;
    }
    if (auto reason = mismatch(wanted, found, authority, clock)) {
        return renewal(*std::move(reason), found, authority);
    }
    return {};
}

Verdict judge_key_pair(const KeyHandle& key, const std::vector<KeyHandle>& public_keys) {
    if (public_keys.empty()) {
        return absence(key, "public key");
    }
    if (!key) {
        return broken("its public key exists, but the private key is missing", replace_hint);
    }
    if (std::none_of(public_keys.begin(), public_keys.end(),
                     [&](const auto& each) { return same_key(key, each); })) {
        return broken("its public key does not belong to the private key", replace_hint);
    }
    return {};
}

Verdict judge_kubeconfig(const KubeconfigSpec& wanted, const Kubeconfig& found,
                         const Credential& client, const std::vector<CertificateHandle>& trusted,
                         const Authority& authority, const Clock& clock) {
    if (client.chain.empty()) {
        return {PkiState::kept, "authenticates its user by a token, not a client certificate", ""};
    }
    if (auto verdict = refuse_authority(client, authority)) {
        return *verdict;
    }
    if (auto verdict = refuse(client, authority, clock)) {
        return *verdict;
    }
    if (common_name_of(client.chain.front()) != wanted.common_name) {
        return judge_other_user(client.chain.front(), clock);
    }
    auto reason = mismatch(client_of(wanted), client, authority, clock);
    if (!reason) {
        reason = connection_mismatch(wanted, found, trusted, authority);
    }
    if (!reason) {
        return {};
    }
    if (found.has_other_entries && client.maker == Maker::us) {
        return broken(reason->reason + ", and it contains other entries that a new one would lose",
                      "correct it by hand, or move it away to have a new one created");
    }
    return renewal(*std::move(reason), client, authority);
}

Verdict judge_useless_kubeconfig(std::string reason, Maker maker, const Authority& authority) {
    if (maker != Maker::us) {
        return judge_others({std::move(reason), false}, maker, authority);
    }
    return broken(std::move(reason), "correct it, or move it away to have a new one created");
}

CertificateSpec client_of(const KubeconfigSpec& kubeconfig) {
    CertificateSpec spec;
    spec.name = kubeconfig.path;
    spec.authority = kubeconfig.authority;
    spec.common_name = kubeconfig.common_name;
    spec.organizations = kubeconfig.organizations;
    spec.client = true;
    return spec;
}

} // namespace k8s_node
