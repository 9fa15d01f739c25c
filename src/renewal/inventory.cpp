#include "renewal/inventory.hpp"

#include <algorithm>
#include <array>

#include "pki/mismatch.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Links to the newest that kubelet was given, for requests and for its server
/// (k8s.io/client-go/util/certificate/certificate_store.go).
constexpr std::array kubelets_own = {"/var/lib/kubelet/pki/kubelet-client-current.pem",
                                     "/var/lib/kubelet/pki/kubelet-server-current.pem"};

bool can_be_signed(const std::string& authority, const std::vector<PkiItem>& items) {
    return std::ranges::any_of(items, [&](const PkiItem& item) {
        return item.kind == PkiKind::authority && item.name == authority &&
               (item.state == PkiState::good || item.state == PkiState::exposed);
    });
}

std::string signer_of(const PkiItem& item, const PkiSpec& spec) {
    if (item.kind == PkiKind::kubeconfig) {
        const auto found = std::ranges::find(spec.kubeconfigs, item.name, &KubeconfigSpec::path);
        return found == spec.kubeconfigs.end() ? "" : found->authority;
    }
    const auto found = std::ranges::find(spec.certificates, item.name, &CertificateSpec::name);
    return found == spec.certificates.end() ? "" : found->authority;
}

CertificateView view_of(const PkiItem& item, const std::vector<PkiItem>& items, const Pki& pki) {
    const auto& path = item.paths.front();
    const bool is_authority = item.kind == PkiKind::authority;
    const bool renewable =
        !is_authority && pki.is_ours(path) && can_be_signed(signer_of(item, pki.spec()), items);
    return {item.name,
            path,
            renewable ? Renewer::program : Renewer::operator_,
            is_authority,
            item.state,
            item.reason,
            item.hint,
            read_detail(pki.root(), path)};
}

std::string left_text(const CertificateView& view, std::chrono::sys_seconds now) {
    const auto end = view.detail->validity.not_after;
    if (end <= now) {
        return "expired on " + format_time(end);
    }
    const auto days = std::chrono::floor<std::chrono::days>(end - now).count();
    return "expires on " + format_time(end) + ", in " + std::to_string(days) +
           (days == 1 ? " day" : " days");
}

std::string hint_of(const CertificateView& view) {
    switch (view.renewer) {
    case Renewer::program:
        return "k8s-node-install certs renew; systemctl status k8s-node-renew.timer";
    case Renewer::kubelet:
        return "journalctl -u kubelet; kubectl get certificatesigningrequests";
    case Renewer::operator_:
        break;
    }
    if (view.is_authority) {
        return "k8s-node-install certs rotate-ca " + view.name +
               " replaces it while everything goes on; an external one its owner has to replace";
    }
    return "have " + view.detail->issuer + " sign a new one for the names it has, put it at " +
           view.path.string() + ", and restart the services that read it";
}

Finding finding_of(const CertificateView& view, std::string message, std::string hint) {
    return {"Certificate-" + replace_all(view.name, "/", "-"), Severity::error,
            view.name + " " + std::move(message), std::move(hint)};
}

bool ends_within(const CertificateView& view, std::chrono::seconds time,
                 std::chrono::sys_seconds now) {
    return view.detail->validity.not_after - now < time;
}

std::chrono::seconds margin_of(const CertificateView& view, const Deadlines& deadlines) {
    return renewal_margin(view.detail->validity, deadlines.renewal_days);
}

std::string known_names(const std::vector<CertificateView>& views) {
    std::vector<std::string> names;
    for (const auto& view : views) {
        if (view.renewer == Renewer::program) {
            names.push_back(view.name);
        }
    }
    return names.empty() ? "there is none here that it renews"
                         : "it renews here: " + join(names, ", ");
}

void require_renewable(const CertificateView& view) {
    if (view.renewer == Renewer::kubelet) {
        throw Error(view.name + " is renewed by kubelet itself", ExitStatus::usage)
            .try_this("journalctl -u kubelet says how that goes");
    }
    if (view.renewer == Renewer::operator_) {
        throw Error(view.name + " cannot be renewed here: " +
                        (view.is_authority ? "it is a CA"
                                           : "its CA's key is not on this machine, or somebody "
                                             "else created it"),
                    ExitStatus::unsuitable)
            .try_this(view.detail ? hint_of(view) : view.hint);
    }
}

} // namespace

const char* to_text(Renewer renewer) {
    switch (renewer) {
    case Renewer::program:
        return "k8s-node-install";
    case Renewer::kubelet:
        return "kubelet";
    case Renewer::operator_:
        break;
    }
    return "operator";
}

std::vector<CertificateView> take_inventory(const Pki& pki) {
    std::vector<CertificateView> views;
    const auto items = pki.observe();
    for (const auto& item : items) {
        if (item.kind != PkiKind::key_pair && item.kind != PkiKind::encryption_config) {
            views.push_back(view_of(item, items, pki));
        }
    }
    for (const char* path : kubelets_own) {
        if (auto detail = read_detail(pki.root(), path)) {
            CertificateView view{path, path, Renewer::kubelet};
            view.detail = std::move(detail);
            views.push_back(std::move(view));
        }
    }
    return views;
}

Findings find_trouble(const std::vector<CertificateView>& views, const Deadlines& deadlines) {
    Findings findings;
    for (const auto& view : views) {
        if (view.detail) {
            const auto within = deadlines.within.value_or(margin_of(view, deadlines) / 2);
            if (ends_within(view, within, deadlines.now)) {
                findings.push_back(finding_of(view, left_text(view, deadlines.now), hint_of(view)));
                continue;
            }
        }
        if (!is_usable(view.state) && view.state != PkiState::needs_renewal) {
            findings.push_back(
                finding_of(view,
                           std::string("is ") + to_text(view.state) +
                               (view.reason.empty() ? "" : ": " + view.reason),
                           view.hint.empty() ? "k8s-node-install install repairs it" : view.hint));
        }
    }
    return findings;
}

Findings find_operators_part(const std::vector<CertificateView>& views,
                             const Deadlines& deadlines) {
    Findings findings;
    for (const auto& view : views) {
        if (view.renewer == Renewer::operator_ && view.detail &&
            ends_within(view, margin_of(view, deadlines), deadlines.now)) {
            findings.push_back(finding_of(view, left_text(view, deadlines.now), hint_of(view)));
        }
    }
    return findings;
}

std::set<std::string> renewable(const std::vector<CertificateView>& views,
                                const std::vector<std::string>& wanted) {
    std::set<std::string> names;
    if (wanted.empty()) {
        for (const auto& view : views) {
            if (view.renewer == Renewer::program) {
                names.insert(view.name);
            }
        }
        return names;
    }
    for (const auto& name : wanted) {
        const auto view = std::ranges::find(views, name, &CertificateView::name);
        if (view == views.end()) {
            throw Error("this node has no certificate " + name, ExitStatus::usage)
                .try_this(known_names(views));
        }
        require_renewable(*view);
        names.insert(name);
    }
    return names;
}

} // namespace k8s_node
