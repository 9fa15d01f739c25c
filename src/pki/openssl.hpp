// Common OpenSSL helpers: owning handles, errors from its error queue, and text in and out of
// BIOs.
#pragma once

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

/// Returns the error "<what>: <OpenSSL's reasons>". Empties this thread's error queue.
[[nodiscard]] Error openssl_error(std::string_view what);

/// Throws openssl_error(what) unless `result` is positive.
inline void require(int result, std::string_view what) {
    if (result <= 0) {
        throw openssl_error(what);
    }
}

/// Takes an object that OpenSSL created, or throws openssl_error(what) if it is null.
template <typename Handle>
[[nodiscard]] Handle require_made(typename Handle::pointer made, std::string_view what) {
    if (made == nullptr) {
        throw openssl_error(what);
    }
    return Handle(made);
}

/// Returns an empty BIO to write text into.
[[nodiscard]] BioHandle writing_bio();

/// Returns a BIO that reads `text`, which must outlive it.
[[nodiscard]] BioHandle reading_bio(std::string_view text);

/// Returns the text that was written into a writing_bio().
[[nodiscard]] std::string content_of(const BioHandle& bio);

} // namespace k8s_node
