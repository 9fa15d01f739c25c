#include "apply/pki_kind.hpp"

#include "support/error.hpp"
#include "support/messages.hpp"

namespace k8s_node {

namespace {

std::string kind_text(PkiKind kind) {
    switch (kind) {
    case PkiKind::authority:
        return "certificate authority ";
    case PkiKind::certificate:
        return "certificate ";
    case PkiKind::key_pair:
        return "key pair ";
    case PkiKind::encryption_config:
        return "encryption configuration ";
    case PkiKind::kubeconfig:
        break;
    }
    return "kubeconfig ";
}

void refuse_broken(const PkiItem& item) {
    if (item.state == PkiState::broken) {
        throw Error(kind_text(item.kind) + item.name + " cannot be used: " + item.reason,
                    ExitStatus::unsuitable)
            .try_this(item.hint);
    }
}

} // namespace

PkiCheck check_pki(const System& system) {
    PkiCheck check;
    for (const auto& item : system.pki.observe()) {
        refuse_broken(item);
        if (is_settled(item.state)) {
            continue;
        }
        const auto why = std::string(item.state == PkiState::missing ? "is " : "") +
                         to_text(item.state) + (item.reason.empty() ? "" : ": " + item.reason);
        check.changes.push_back({ChangeKind::issue, kind_text(item.kind) + item.name, why, {}});
        if (item.state == PkiState::needs_renewal) {
            for (const auto& path : item.paths) {
                check.replaced_paths.insert(path.string());
            }
        }
        check.items.push_back(item);
    }
    return check;
}

void apply_pki(const std::vector<PkiItem>& items, System& system) {
    for (const auto& item : items) {
        system.pki.issue(item);
    }
    if (!items.empty()) {
        report(system, Priority::info, "pki", std::to_string(items.size()),
               std::to_string(items.size()) + " keys and certificates issued",
               message::keys_issued);
    }
}

} // namespace k8s_node
