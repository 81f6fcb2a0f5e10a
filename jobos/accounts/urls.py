"""Choosing a new password by mail, for people in a browser."""

from django.urls import path

from jobos.accounts import views

urlpatterns = [
    path("password/reset/", views.PasswordResetView.as_view(), name="admin_password_reset"),
    path("password/reset/done/", views.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path("password/reset/<uidb64>/<token>/", views.PasswordResetConfirmView.as_view(), name="password_reset_confirm"),
    path("password/reset/complete/", views.PasswordResetCompleteView.as_view(), name="password_reset_complete"),
]
