#include "pki/mismatch.hpp"

#include <algorithm>

#include "support/text.hpp"

namespace k8s_node {

namespace {

/// A client's subject decides what it may do, so it must be exactly the wanted one. A server is
/// identified by its alternative names alone.
std::optional<std::string> subject_mismatch(const CertificateSpec& wanted,
                                            const CertificateHandle& found) {
    if (!wanted.client) {
        return std::nullopt;
    }
    const auto name = common_name_of(found);
    if (name != wanted.common_name) {
        return "is for '" + name + "' instead of '" + wanted.common_name + "'";
    }
    auto organizations = wanted.organizations;
    std::sort(organizations.begin(), organizations.end());
    const auto present = organizations_of(found);
    if (present != organizations) {
        return "has the organizations '" + join(present, "', '") + "' instead of '" +
               join(organizations, "', '") + "'";
    }
    return std::nullopt;
}

std::optional<std::string> usage_mismatch(const CertificateSpec& wanted,
                                          const CertificateHandle& found) {
    if (wanted.server && !allows_server(found)) {
        return "may not be used by a server";
    }
    if (wanted.client && !allows_client(found)) {
        return "may not be used by a client";
    }
    return std::nullopt;
}

std::optional<std::string> name_mismatch(const CertificateSpec& wanted,
                                         const CertificateHandle& found) {
    std::vector<std::string> lacking;
    std::copy_if(wanted.dns_names.begin(), wanted.dns_names.end(), std::back_inserter(lacking),
                 [&](const auto& name) { return !covers_dns_name(found, name); });
    std::copy_if(wanted.ip_addresses.begin(), wanted.ip_addresses.end(),
                 std::back_inserter(lacking),
                 [&](const auto& address) { return !covers_ip_address(found, address); });
    if (lacking.empty()) {
        return std::nullopt;
    }
    return "lacks the names " + join(lacking, ", ");
}

/// A certificate is renewed before its end only if a new one can be signed and would last longer.
std::optional<std::string> age_mismatch(const Validity& validity, const Authority& authority,
                                        const Clock& clock) {
    if (clock.now >= validity.not_after) {
        return "expired on " + format_time(validity.not_after);
    }
    const bool can_last_longer =
        authority.will_sign() &&
        validity.not_after < validity_of(authority.credential.chain.front()).not_after;
    if (can_last_longer &&
        validity.not_after - clock.now < renewal_margin(validity, clock.renewal_days)) {
        return "expires on " + format_time(validity.not_after);
    }
    return std::nullopt;
}

/// While one CA replaces another, both are trusted, and what the one that goes has signed is
/// replaced as soon as the other one can sign.
std::optional<std::string> signer_mismatch(const Credential& found, const Authority& authority) {
    const std::span all(authority.credential.chain);
    if (all.size() < 2 || !authority.will_sign() || !distrust_reason(found.chain, all.first(1))) {
        return std::nullopt;
    }
    return "was signed by the CA that another one replaces";
}

} // namespace

std::chrono::seconds renewal_margin(const Validity& validity, int renewal_days) {
    return std::min<std::chrono::seconds>(std::chrono::days(renewal_days),
                                          (validity.not_after - validity.not_before) / 3);
}

std::optional<std::string> lacks_own_name(const CertificateSpec& wanted,
                                          const CertificateHandle& found,
                                          const std::vector<KubeconfigSpec>& callers) {
    const auto names = [](const std::vector<std::string>& list, const std::string& one) {
        return std::find(list.begin(), list.end(), one) != list.end();
    };
    for (const auto& caller : callers) {
        const auto host =
            caller.tls_server_name.empty() ? host_of_url(caller.server) : caller.tls_server_name;
        if ((names(wanted.dns_names, host) && !covers_dns_name(found, host)) ||
            (names(wanted.ip_addresses, host) && !covers_ip_address(found, host))) {
            return "lacks the name " + host + ", which " + caller.path + " uses for it";
        }
    }
    return std::nullopt;
}

std::optional<Mismatch> mismatch(const CertificateSpec& wanted, const Credential& found,
                                 const Authority& authority, const Clock& clock) {
    if (!found.key) {
        return Mismatch{"its key is missing", false};
    }
    const auto& leaf = found.chain.front();
    const auto validity = validity_of(leaf);
    if (auto reason = age_mismatch(validity, authority, clock)) {
        return Mismatch{*std::move(reason), clock.now < validity.not_after};
    }
    if (auto reason = signer_mismatch(found, authority)) {
        return Mismatch{*std::move(reason)};
    }
    if (auto reason = subject_mismatch(wanted, leaf)) {
        return Mismatch{*std::move(reason)};
    }
    if (auto reason = usage_mismatch(wanted, leaf)) {
        return Mismatch{*std::move(reason), false};
    }
    if (auto reason = name_mismatch(wanted, leaf)) {
        return Mismatch{*std::move(reason)};
    }
    return std::nullopt;
}

} // namespace k8s_node
