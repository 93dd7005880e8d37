// What nearly every test includes, parsed once.
#include "prelude.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
