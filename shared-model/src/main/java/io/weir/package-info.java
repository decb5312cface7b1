package io.weir;
