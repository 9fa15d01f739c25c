// Validates found key material against what is wanted: pure judgements on parsed keys
// and certificates.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kubeconfig/kubeconfig.hpp"
#include "model/pki_spec.hpp"
#include "pki/certificate.hpp"
#include "pki/item.hpp"
#include "pki/openssl.hpp"

namespace k8s_node {

/// Who created a certificate or kubeconfig, and thus whether it may be replaced: a foreign one
/// only if requested and useless.
enum class Maker { us, other, other_replaceable };

/// A certificate (first in `chain`, intermediates after it) and its key; both
/// may be absent.
struct Credential {
    std::vector<CertificateHandle> chain;
    KeyHandle key;
    Maker maker = Maker::us;
};

struct Verdict {
    PkiState state = PkiState::good;
    std::string reason;
    std::string hint;
    bool is_early = false; ///< broken only until it becomes valid
};

/// A CA as it was found: its file may hold several certificates, all of which are trusted, while
/// one CA replaces another. That of the key signs, whatever their order is; without the key here
/// the first one does.
struct Authority {
    std::string certificate_path; ///< as the operator knows it, for messages
    std::string key_path;
    Credential credential;
    Verdict verdict;

    /// True if it can sign now, or will once it has been issued.
    [[nodiscard]] bool will_sign() const;
};

/// The time of the check, and how many days before its end a leaf is renewed. Short-lived leaves
/// are renewed in the last third of their life.
struct Clock {
    std::chrono::sys_seconds now;
    int renewal_days = 30;
};

/// Puts the certificate of the key before the others, if there is one. So a CA that replaces
/// another becomes the one that signs at the moment when its key takes its place.
void put_signer_first(Credential& found);

[[nodiscard]] Verdict judge_authority(const Credential& found, const Clock& clock);

[[nodiscard]] Verdict judge_certificate(const CertificateSpec& wanted, const Credential& found,
                                        const Authority& authority, const Clock& clock);

/// Judges a key pair, whose parts may be absent. Several public keys are allowed, as the API
/// server allows them while a key is being replaced.
[[nodiscard]] Verdict judge_key_pair(const KeyHandle& key,
                                     const std::vector<KeyHandle>& public_keys);

/// Judges a kubeconfig: `found` is a file that can be used; `client` and `trusted` are its content.
[[nodiscard]] Verdict judge_kubeconfig(const KubeconfigSpec& wanted, const Kubeconfig& found,
                                       const Credential& client,
                                       const std::vector<CertificateHandle>& trusted,
                                       const Authority& authority, const Clock& clock);

/// Judges a kubeconfig whose text cannot be used, for this reason.
[[nodiscard]] Verdict judge_useless_kubeconfig(std::string reason, Maker maker,
                                               const Authority& authority);

/// Returns the client certificate of a kubeconfig as a spec.
[[nodiscard]] CertificateSpec client_of(const KubeconfigSpec& kubeconfig);

} // namespace k8s_node
