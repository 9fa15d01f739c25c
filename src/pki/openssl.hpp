// What every file of this room needs from OpenSSL: owning handles, errors made
// of its error queue, and text in and out of BIOs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "support/error.hpp"
#include "support/handle.hpp"

namespace k8s_node {

using KeyHandle = CHandle<EVP_PKEY, EVP_PKEY_free>;
using CertificateHandle = CHandle<X509, X509_free>;
using BioHandle = CHandle<BIO, BIO_free>;

/// "<what>: <OpenSSL's reasons>". Empties this thread's error queue.
[[nodiscard]] Error openssl_error(std::string_view what);

/// Throws openssl_error(what) unless `result` is positive.
inline void require(int result, std::string_view what) {
    if (result <= 0) {
        throw openssl_error(what);
    }
}

/// Takes what OpenSSL made, or throws openssl_error(what) when it made nothing.
template <typename Handle>
[[nodiscard]] Handle require_made(typename Handle::pointer made, std::string_view what) {
    if (made == nullptr) {
        throw openssl_error(what);
    }
    return Handle(made);
}

/// An empty BIO to write text into.
[[nodiscard]] BioHandle writing_bio();

/// A BIO that reads `text`, which must outlive it.
[[nodiscard]] BioHandle reading_bio(std::string_view text);

/// What was written into a writing_bio().
[[nodiscard]] std::string content_of(const BioHandle& bio);

/// Standard base64 with padding, in one line.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// nullopt unless `text` is standard base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

} // namespace k8s_node
