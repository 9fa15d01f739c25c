#include <algorithm>
#include <chrono>
#include <future>
#include <iterator>
#include <map>

#include "pki/encryption.hpp"
#include "pki/material.hpp"
#include "pki/mismatch.hpp"
#include "pki/pki.hpp"
#include "pki/validation.hpp"
#include "support/file_kinds.hpp"

namespace k8s_node {

namespace {

Clock clock_of(const PkiSpec& spec) {
    return {std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
            spec.renewal_days};
}

/// Material that cannot be read or parsed is broken.
Verdict unreadable(const Error& error) {
    return {PkiState::broken, error.message(),
            error.hint().empty() ? "replace it, or move it away to have a new one created"
                                 : error.hint()};
}

/// Marks a usable item as exposed if others can access its secret.
void judge_exposure(PkiItem& item, const std::filesystem::path& secret) {
    if (!is_usable(item.state)) {
        return;
    }
    if (auto reason = exposure_of(secret)) {
        item.state = PkiState::exposed;
        item.reason = *std::move(reason);
    }
}

void set_verdict(PkiItem& item, Verdict verdict) {
    item.state = verdict.state;
    item.reason = std::move(verdict.reason);
    item.hint = std::move(verdict.hint);
    item.is_early = verdict.is_early;
}

void set_expiry(PkiItem& item, const Credential& found) {
    if (!found.chain.empty()) {
        item.not_after = validity_of(found.chain.front()).not_after;
    }
}

/// Runs `look`; an Error that it throws makes the item broken.
template <typename Look>
PkiItem observed(PkiItem item, Look look) {
    try {
        look(item);
    } catch (const Error& error) {
        set_verdict(item, unreadable(error));
    }
    return item;
}

Error unknown(std::string_view what, std::string_view name) {
    return Error("the node has no " + std::string(what) + " '" + std::string(name) + "'");
}

void require_authority(const PkiSpec& spec, std::vector<CertificateSpec>::const_iterator end,
                       const std::string& authority, const std::string& user) {
    const bool known = std::any_of(spec.certificates.begin(), end, [&](const auto& each) {
        return each.is_authority() && each.name == authority;
    });
    if (!known) {
        throw Error("'" + user + "' is to be signed by '" + authority +
                        "', which is not a CA defined before it",
                    ExitStatus::configuration);
    }
}

template <typename Specs>
const auto& find_at(const Specs& specs, std::string_view path, std::string_view what) {
    const auto found = std::find_if(specs.begin(), specs.end(),
                                    [&](const auto& each) { return each.path == path; });
    if (found == specs.end()) {
        throw unknown(what, path);
    }
    return *found;
}

template <typename Specs>
const auto& find_named(const Specs& specs, std::string_view name, std::string_view what) {
    const auto found = std::find_if(specs.begin(), specs.end(),
                                    [&](const auto& each) { return each.name == name; });
    if (found == specs.end()) {
        throw unknown(what, name);
    }
    return *found;
}

} // namespace

Pki::Pki(PkiSpec spec, Root root, PkiOwnership ownership)
    : spec_(std::move(spec)), root_(std::move(root)), ownership_(std::move(ownership)) {
    for (auto each = spec_.certificates.cbegin(); each != spec_.certificates.cend(); ++each) {
        if (!each->is_authority()) {
            require_authority(spec_, each, each->authority, each->name);
        }
    }
    for (const auto& each : spec_.kubeconfigs) {
        require_authority(spec_, spec_.certificates.cend(), each.authority, each.path);
    }
}

std::vector<PkiItem> Pki::observe() const {
    std::map<std::string, Authority> authorities;
    for (const auto& each : spec_.certificates) {
        if (each.is_authority()) {
            authorities.emplace(each.name, authority(each.name));
        }
    }
    // In parallel: kubeconfigs are half of what there is to read.
    auto kubeconfigs = std::async(std::launch::async, [&] {
        std::vector<PkiItem> items;
        for (const auto& each : spec_.kubeconfigs) {
            items.push_back(observe(each, authorities.at(each.authority)));
        }
        return items;
    });
    std::vector<PkiItem> items;
    for (const auto& each : spec_.certificates) {
        items.push_back(
            observe(each, authorities.at(each.is_authority() ? each.name : each.authority)));
    }
    for (const auto& each : spec_.key_pairs) {
        items.push_back(observe(each));
    }
    for (const auto& each : spec_.encryption_configs) {
        items.push_back(observe(each));
    }
    std::ranges::move(kubeconfigs.get(), std::back_inserter(items));
    return items;
}

PkiItem Pki::observe(PkiKind kind, std::string_view name) const {
    switch (kind) {
    case PkiKind::key_pair:
        return observe(key_pair(name));
    case PkiKind::kubeconfig: {
        const auto& spec = kubeconfig(name);
        return observe(spec, authority(spec.authority));
    }
    case PkiKind::encryption_config:
        return observe(encryption_config(name));
    case PkiKind::authority:
    case PkiKind::certificate:
        break;
    }
    const auto& spec = certificate(name);
    return observe(spec, authority(spec.is_authority() ? spec.name : spec.authority));
}

const CertificateSpec& Pki::certificate(std::string_view name) const {
    return find_named(spec_.certificates, name, "certificate");
}

const KeyPairSpec& Pki::key_pair(std::string_view name) const {
    return find_named(spec_.key_pairs, name, "key pair");
}

const KubeconfigSpec& Pki::kubeconfig(std::string_view path) const {
    return find_at(spec_.kubeconfigs, path, "kubeconfig");
}

const EncryptionSpec& Pki::encryption_config(std::string_view path) const {
    return find_at(spec_.encryption_configs, path, "encryption configuration");
}

Authority Pki::authority(const std::string& name) const {
    const auto paths = paths_of(spec_, certificate(name));
    Authority result;
    result.certificate_path = root_.at(paths.shown);
    result.key_path = root_.at(paths.key);
    try {
        result.credential = load_credential(root_, paths);
        put_signer_first(result.credential);
        result.verdict = judge_authority(result.credential, clock_of(spec_));
    } catch (const Error& error) {
        result.verdict = unreadable(error);
    }
    return result;
}

Maker Pki::maker_of(const std::filesystem::path& path) const {
    if (!ownership_.ours || ownership_.ours->contains(path.string())) {
        return Maker::us;
    }
    return ownership_.replace_useless ? Maker::other_replaceable : Maker::other;
}

bool Pki::is_ours(const std::filesystem::path& path) const {
    return maker_of(path) == Maker::us;
}

void Pki::require_own_names(PkiItem& item, const CertificateSpec& spec,
                            const Credential& found) const {
    if (item.state != PkiState::kept) {
        return;
    }
    if (auto reason = lacks_own_name(spec, found.chain.front(), spec_.kubeconfigs)) {
        set_verdict(item, {PkiState::broken,
                           *std::move(reason) + ", and k8s-node-install did not create it",
                           "supply one with that name, or move it away to have a new one created"});
    }
}

PkiItem Pki::observe(const CertificateSpec& spec, const Authority& authority) const {
    const auto paths = paths_of(spec_, spec);
    PkiItem item;
    item.kind = spec.is_authority() ? PkiKind::authority : PkiKind::certificate;
    item.name = spec.name;
    item.paths = {paths.shown, paths.key};
    return observed(item, [&](PkiItem& into) {
        if (spec.is_authority()) {
            set_expiry(into, authority.credential);
            set_verdict(into, authority.verdict);
        } else {
            auto found = load_credential(root_, paths);
            found.maker = maker_of(paths.shown);
            set_expiry(into, found);
            set_verdict(into, judge_certificate(spec, found, authority, clock_of(spec_)));
            into.foreign = into.state == PkiState::needs_renewal && found.maker != Maker::us;
            require_own_names(into, spec, found);
            judge_demand(into, authority);
        }
        judge_exposure(into, root_.at(paths.key));
    });
}

PkiItem Pki::observe(const KeyPairSpec& spec) const {
    const auto paths = paths_of(spec_, spec);
    PkiItem item;
    item.kind = PkiKind::key_pair;
    item.name = spec.name;
    item.paths = {paths.shown, paths.key};
    return observed(item, [&](PkiItem& into) {
        set_verdict(into, judge_key_pair(load_key(root_.at(paths.key)),
                                         load_public_keys(root_.at(paths.shown))));
        judge_exposure(into, root_.at(paths.key));
    });
}

PkiItem Pki::observe(const KubeconfigSpec& spec, const Authority& authority) const {
    PkiItem item;
    item.kind = PkiKind::kubeconfig;
    item.name = spec.path;
    item.paths = {spec.path};
    return observed(item, [&](PkiItem& into) {
        const auto maker = maker_of(spec.path);
        try {
            auto found = load_kubeconfig(root_, spec.path, authority.credential.chain);
            if (!found) {
                set_verdict(into,
                            judge_certificate(client_of(spec), {}, authority, clock_of(spec_)));
                return;
            }
            found->client.maker = maker;
            set_expiry(into, found->client);
            set_verdict(into, judge_kubeconfig(spec, found->content, found->client, found->trusted,
                                               authority, clock_of(spec_)));
        } catch (const Error& error) {
            if (error.status() != ExitStatus::configuration) {
                throw;
            }
            set_verdict(into, judge_useless_kubeconfig(error.message(), maker, authority));
        }
        into.foreign = into.state == PkiState::needs_renewal && maker != Maker::us;
        judge_demand(into, authority);
        judge_exposure(into, root_.at(spec.path));
    });
}

PkiItem Pki::observe(const EncryptionSpec& spec) const {
    PkiItem item;
    item.kind = PkiKind::encryption_config;
    item.name = spec.path;
    item.paths = {spec.path};
    return observed(item, [&](PkiItem& into) {
        set_verdict(
            into, judge_encryption_config(spec, read_regular_file_if_exists(root_.at(spec.path))));
        judge_exposure(into, root_.at(spec.path));
    });
}

} // namespace k8s_node
