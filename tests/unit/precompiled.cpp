// Compiled only so that precompiled/headers.hpp is.
